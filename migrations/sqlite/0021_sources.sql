-- What a bot knows may come from a file or from a web page.

CREATE TABLE knowledge_of_today (
  tenant_id  BLOB   NOT NULL,
  id         BLOB   NOT NULL,
  bot_id     BLOB   NOT NULL,
  kind       TEXT   NOT NULL CHECK (kind IN ('qa', 'text', 'file', 'page')),
  -- The question of a 'qa', the title of everything else.
  title      TEXT   NOT NULL,
  -- Empty: nothing could be read of a page.
  content    TEXT   NOT NULL,
  -- The name of a 'file', the address of a 'page'.
  source     TEXT,
  -- Of a 'page': why it could not be read when that was last tried. What was read before stays.
  problem    TEXT CHECK (problem IN ('address', 'robots', 'unreachable', 'timeout', 'status', 'too_large', 'not_text', 'empty')),
  -- Of a 'page': when it was last read.
  read_at    INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO knowledge_of_today (tenant_id, id, bot_id, kind, title, content, created_at, updated_at)
  SELECT tenant_id, id, bot_id, kind, title, content, created_at, updated_at FROM knowledge;
DROP TABLE knowledge;
ALTER TABLE knowledge_of_today RENAME TO knowledge;
CREATE INDEX knowledge_of_bot ON knowledge (tenant_id, bot_id, id);
