-- What stands in the query of a tool's address may be a key, and the audit log told the whole of it.

-- What is there already is everybody's.
SET LOCAL switchboard.tenant = '*';

UPDATE audit
SET detail = jsonb_set(detail, '{url}', to_jsonb(split_part(replace(detail->>'url', '#', '?'), '?', 1)))
WHERE action IN ('tool.created', 'tool.updated') AND strpos(replace(detail->>'url', '#', '?'), '?') > 0;
