-- Where a text is cut into passages, as byte ranges (JSON), by a model's tokens. NULL: it is to be cut.
ALTER TABLE knowledge ADD COLUMN pieces JSONB;

-- Bots whose knowledge is to be made ready for being searched. A row goes when it is ready.
CREATE TABLE bot_preparation (
  tenant_id   UUID   NOT NULL,
  bot_id      UUID   NOT NULL,
  due_at      BIGINT NOT NULL,
  -- Until then nobody else is at it.
  lease_until BIGINT NOT NULL,
  -- How often it was asked for: what is asked for meanwhile is not lost.
  asked       BIGINT NOT NULL,
  -- How often somebody has begun with it. Whoever is at it holds the number.
  attempts    BIGINT NOT NULL,
  -- How often in a row it failed.
  failures    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, bot_id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bot_preparation_due ON bot_preparation (due_at);
INSERT INTO bot_preparation (tenant_id, bot_id, due_at, lease_until, asked, attempts, failures)
SELECT tenant_id, id, 0, 0, 1, 0, 0 FROM bot WHERE knowledge_version > 0;
ALTER TABLE bot_preparation ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_preparation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_preparation
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
