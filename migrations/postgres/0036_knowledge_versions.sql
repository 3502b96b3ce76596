-- What an item said until it was changed, and who wrote what.

-- Of what an item says now: which text of the item it is, from 1, and who wrote it; NULL: from before that was written down.
-- 'system': it was read of a page on the web.
ALTER TABLE knowledge ADD COLUMN version  BIGINT NOT NULL DEFAULT 1;
ALTER TABLE knowledge ADD COLUMN actor    TEXT CHECK (actor IN ('person', 'api_key', 'system'));
ALTER TABLE knowledge ADD COLUMN actor_id UUID;

-- Earlier texts alone: what is said now is in knowledge.
CREATE TABLE knowledge_version (
  tenant_id  UUID   NOT NULL,
  item_id    UUID   NOT NULL,
  number     BIGINT NOT NULL,
  title      TEXT   NOT NULL,
  content    TEXT   NOT NULL,
  -- How many the content has.
  characters BIGINT NOT NULL,
  actor      TEXT CHECK (actor IN ('person', 'api_key', 'system')),
  actor_id   UUID,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, item_id, number),
  FOREIGN KEY (tenant_id, item_id) REFERENCES knowledge (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE knowledge_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge_version FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON knowledge_version
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
