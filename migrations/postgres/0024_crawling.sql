-- Web pages are read in the background, and again on a schedule; a site is read page by page.

-- What is there already is everybody's.
SET LOCAL switchboard.tenant = '*';
ALTER TABLE knowledge DROP CONSTRAINT knowledge_kind_check;
ALTER TABLE knowledge ADD CONSTRAINT knowledge_kind_check CHECK (kind IN ('qa', 'text', 'file', 'page', 'site'));
ALTER TABLE knowledge DROP CONSTRAINT knowledge_problem_check;
ALTER TABLE knowledge ADD CONSTRAINT knowledge_problem_check
  CHECK (problem IN ('address', 'robots', 'unreachable', 'timeout', 'status', 'too_large', 'not_text', 'empty',
    'elsewhere', 'no_sitemap', 'bad_sitemap'));
-- The 'site' that names this page in its sitemap.
ALTER TABLE knowledge ADD COLUMN parent_id UUID;
-- Of a 'page': when something else was read than the time before.
ALTER TABLE knowledge ADD COLUMN changed_at BIGINT;
UPDATE knowledge SET changed_at = read_at;
CREATE INDEX knowledge_of_site ON knowledge (tenant_id, parent_id) WHERE parent_id IS NOT NULL;

-- When pages and sites are to be read, and who is at it.
CREATE TABLE crawl (
  tenant_id     UUID   NOT NULL,
  item_id       UUID   NOT NULL,
  -- Whom it asks, with the port: one at a time.
  host          TEXT   NOT NULL,
  -- NULL: with its site.
  schedule      TEXT CHECK (schedule IN ('never', 'daily', 'weekly')),
  state         TEXT   NOT NULL CHECK (state IN ('waiting', 'reading', 'idle')),
  -- When it is to be read; while it is read, when somebody else may try. NULL: not by itself.
  due_at        BIGINT,
  -- How often somebody has begun with it. Whoever reads it holds the number.
  attempts      BIGINT NOT NULL,
  -- Of these, since it last came to an end.
  tries         BIGINT NOT NULL,
  -- How often in a row it could not be read.
  failures      BIGINT NOT NULL,
  -- As the server named what was read last.
  etag          TEXT,
  last_modified TEXT,
  -- Of a site: addresses that are to stay away. JSON.
  excluded      JSONB  NOT NULL,
  -- Of a site: addresses in its sitemap that are not read.
  left_out      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, item_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES knowledge (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX crawl_due ON crawl (due_at, item_id) WHERE due_at IS NOT NULL;
CREATE INDEX crawl_under_way ON crawl (tenant_id) WHERE state = 'reading';
INSERT INTO crawl (tenant_id, item_id, host, schedule, state, due_at, attempts, tries, failures, excluded, left_out)
  SELECT tenant_id, id, split_part(split_part(source, '://', 2), '/', 1), 'weekly', 'idle',
    COALESCE(read_at, updated_at) + 604800000, 0, 0, 0, '[]', 0
  FROM knowledge WHERE kind = 'page';
ALTER TABLE crawl ENABLE ROW LEVEL SECURITY;
ALTER TABLE crawl FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON crawl
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Whom nobody may ask before a time, whosever pages they are.
CREATE TABLE crawl_host (
  host    TEXT   NOT NULL PRIMARY KEY,
  free_at BIGINT NOT NULL
);
