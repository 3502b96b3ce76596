-- What an item said until it was changed, and who wrote what.

-- Of what an item says now: which text of the item it is, from 1, and who wrote it; NULL: from before that was written down.
-- 'system': it was read of a page on the web.
ALTER TABLE knowledge ADD COLUMN version  INTEGER NOT NULL DEFAULT 1;
ALTER TABLE knowledge ADD COLUMN actor    TEXT CHECK (actor IN ('person', 'api_key', 'system'));
ALTER TABLE knowledge ADD COLUMN actor_id BLOB;

-- Earlier texts alone: what is said now is in knowledge.
CREATE TABLE knowledge_version (
  tenant_id  BLOB    NOT NULL,
  item_id    BLOB    NOT NULL,
  number     INTEGER NOT NULL,
  title      TEXT    NOT NULL,
  content    TEXT    NOT NULL,
  -- How many the content has.
  characters INTEGER NOT NULL,
  actor      TEXT CHECK (actor IN ('person', 'api_key', 'system')),
  actor_id   BLOB,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, item_id, number),
  FOREIGN KEY (tenant_id, item_id) REFERENCES knowledge (tenant_id, id) ON DELETE CASCADE
) STRICT;
