-- Vectors of passages, so that no model is asked twice for the same text.
CREATE TABLE passage_vector (
  tenant_id BLOB    NOT NULL REFERENCES tenant (id),
  -- That made it: those of two cannot be compared.
  model     TEXT    NOT NULL,
  -- Of the text.
  digest    BLOB    NOT NULL,
  -- A signed byte for each value.
  vector    BLOB    NOT NULL,
  -- When it was last noted that a bot's knowledge has it.
  used_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, model, digest)
) STRICT;
CREATE INDEX passage_vector_used ON passage_vector (used_at);
