-- How much a bot knows is bounded, and so is who reads what twice.

-- What is there already is everybody's.
SET LOCAL switchboard.tenant = '*';

-- How many the content has, to be added up without reading it.
ALTER TABLE knowledge ADD COLUMN characters BIGINT NOT NULL DEFAULT 0;
UPDATE knowledge SET characters = length(content);
CREATE INDEX knowledge_characters ON knowledge (tenant_id, bot_id, characters);

-- Of a page or site: one more reason why it says nothing new.
ALTER TABLE knowledge DROP CONSTRAINT knowledge_problem_check;
ALTER TABLE knowledge ADD CONSTRAINT knowledge_problem_check
  CHECK (problem IN ('address', 'robots', 'unreachable', 'timeout', 'status', 'too_large', 'not_text', 'empty',
    'elsewhere', 'no_sitemap', 'bad_sitemap', 'full'));

-- What somebody has named twice at once stays as it was named first.
CREATE TEMPORARY TABLE named_again ON COMMIT DROP AS
  SELECT k.tenant_id, k.id FROM knowledge AS k
  WHERE k.kind IN ('page', 'site') AND k.parent_id IS NULL AND EXISTS (
    SELECT 1 FROM knowledge AS o
    WHERE o.tenant_id = k.tenant_id AND o.bot_id = k.bot_id AND o.kind = k.kind AND o.source = k.source
      AND o.parent_id IS NULL AND o.id < k.id);
DELETE FROM knowledge WHERE (tenant_id, parent_id) IN (SELECT tenant_id, id FROM named_again);
DELETE FROM knowledge WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM named_again);
-- By digest: an address may be longer than an index takes.
CREATE UNIQUE INDEX knowledge_named ON knowledge (tenant_id, bot_id, kind, md5(source))
  WHERE kind IN ('page', 'site') AND parent_id IS NULL;

-- Where rows were hidden from whoever made the queue, nothing has been queued yet.
INSERT INTO bot_preparation (tenant_id, bot_id, due_at, lease_until, asked, attempts, failures)
SELECT tenant_id, id, 0, 0, 1, 0, 0 FROM bot WHERE knowledge_version > 0
ON CONFLICT (tenant_id, bot_id) DO NOTHING;
