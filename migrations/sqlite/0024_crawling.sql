-- Web pages are read in the background, and again on a schedule; a site is read page by page.

CREATE TABLE knowledge_of_today (
  tenant_id  BLOB   NOT NULL,
  id         BLOB   NOT NULL,
  bot_id     BLOB   NOT NULL,
  kind       TEXT   NOT NULL CHECK (kind IN ('qa', 'text', 'file', 'page', 'site')),
  -- The question of a 'qa', the title of everything else.
  title      TEXT   NOT NULL,
  -- Empty: nothing has been read of a page; always so of a 'site', whose pages are items of their own.
  content    TEXT   NOT NULL,
  -- The name of a 'file', the address of a 'page' or 'site'.
  source     TEXT,
  -- The 'site' that names this page in its sitemap.
  parent_id  BLOB,
  -- Of a 'page' or 'site': why it could not be read when that was last tried. What was read before stays.
  problem    TEXT CHECK (problem IN ('address', 'robots', 'unreachable', 'timeout', 'status', 'too_large', 'not_text', 'empty',
               'elsewhere', 'no_sitemap', 'bad_sitemap')),
  -- Of a 'page' or 'site': when it was last read, whether or not it said something new.
  read_at    INTEGER,
  -- Of a 'page': when something else was read than the time before.
  changed_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO knowledge_of_today (tenant_id, id, bot_id, kind, title, content, source, problem, read_at, changed_at, created_at,
    updated_at)
  SELECT tenant_id, id, bot_id, kind, title, content, source, problem, read_at, read_at, created_at, updated_at FROM knowledge;
DROP TABLE knowledge;
ALTER TABLE knowledge_of_today RENAME TO knowledge;
CREATE INDEX knowledge_of_bot ON knowledge (tenant_id, bot_id, id);
CREATE INDEX knowledge_of_site ON knowledge (tenant_id, parent_id) WHERE parent_id IS NOT NULL;

-- When pages and sites are to be read, and who is at it.
CREATE TABLE crawl (
  tenant_id     BLOB    NOT NULL,
  item_id       BLOB    NOT NULL,
  -- Whom it asks, with the port: one at a time.
  host          TEXT    NOT NULL,
  -- NULL: with its site.
  schedule      TEXT CHECK (schedule IN ('never', 'daily', 'weekly')),
  state         TEXT    NOT NULL CHECK (state IN ('waiting', 'reading', 'idle')),
  -- When it is to be read; while it is read, when somebody else may try. NULL: not by itself.
  due_at        INTEGER,
  -- How often somebody has begun with it. Whoever reads it holds the number.
  attempts      INTEGER NOT NULL,
  -- Of these, since it last came to an end.
  tries         INTEGER NOT NULL,
  -- How often in a row it could not be read.
  failures      INTEGER NOT NULL,
  -- As the server named what was read last.
  etag          TEXT,
  last_modified TEXT,
  -- Of a site: addresses that are to stay away. JSON.
  excluded      TEXT    NOT NULL,
  -- Of a site: addresses in its sitemap that are not read.
  left_out      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, item_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES knowledge (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX crawl_due ON crawl (due_at, item_id) WHERE due_at IS NOT NULL;
CREATE INDEX crawl_under_way ON crawl (tenant_id) WHERE state = 'reading';
INSERT INTO crawl (tenant_id, item_id, host, schedule, state, due_at, attempts, tries, failures, excluded, left_out)
  SELECT tenant_id, id, substr(rest, 1, instr(rest || '/', '/') - 1), 'weekly', 'idle', COALESCE(read_at, updated_at) + 604800000,
    0, 0, 0, '[]', 0
  FROM (SELECT *, substr(source, instr(source, '://') + 3) AS rest FROM knowledge WHERE kind = 'page');

-- Whom nobody may ask before a time, whosever pages they are.
CREATE TABLE crawl_host (
  host    TEXT    NOT NULL PRIMARY KEY,
  free_at INTEGER NOT NULL
) STRICT;
