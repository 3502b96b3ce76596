-- Those whose end nobody has recorded are looked for now and then, among all that ever were.
CREATE INDEX tool_call_running ON tool_call (updated_at) WHERE state = 'running';
