-- What was said in long conversations, in short: for models, which read the newest messages alone.
CREATE TABLE conversation_summary (
  tenant_id       UUID    NOT NULL,
  conversation_id UUID    NOT NULL,
  -- The newest message it tells of.
  upto_seq        BIGINT  NOT NULL,
  text            TEXT    NOT NULL,
  updated_at      BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE conversation_summary ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_summary FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON conversation_summary
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
