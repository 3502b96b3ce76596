-- What was said in long conversations, in short: for models, which read the newest messages alone.
CREATE TABLE conversation_summary (
  tenant_id       BLOB    NOT NULL,
  conversation_id BLOB    NOT NULL,
  -- The newest message it tells of.
  upto_seq        INTEGER NOT NULL,
  text            TEXT    NOT NULL,
  updated_at      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
) STRICT;
