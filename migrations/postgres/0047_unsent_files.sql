-- What is added up before a tenant's next upload is taken: its files that no message has.
CREATE INDEX media_unsent ON media (tenant_id, state, size) WHERE message_id IS NULL AND origin = 'uploaded';
