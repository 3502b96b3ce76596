-- What stands in the query of a tool's address may be a key, and the audit log told the whole of it.
UPDATE audit
SET detail = json_set(detail, '$.url', substr(detail->>'url', 1, instr(replace(detail->>'url', '#', '?'), '?') - 1))
WHERE action IN ('tool.created', 'tool.updated') AND instr(replace(detail->>'url', '#', '?'), '?') > 0;
