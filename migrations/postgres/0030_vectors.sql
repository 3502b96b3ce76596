-- Vectors of passages, so that no model is asked twice for the same text.
CREATE TABLE passage_vector (
  tenant_id UUID    NOT NULL REFERENCES tenant (id),
  -- That made it: those of two cannot be compared.
  model     TEXT    NOT NULL,
  -- Of the text.
  digest    UUID    NOT NULL,
  -- A signed byte for each value.
  vector    BYTEA   NOT NULL,
  -- When it was last noted that a bot's knowledge has it.
  used_at   BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, model, digest)
);
CREATE INDEX passage_vector_used ON passage_vector (used_at);
ALTER TABLE passage_vector ENABLE ROW LEVEL SECURITY;
ALTER TABLE passage_vector FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON passage_vector
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
