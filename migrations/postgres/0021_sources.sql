-- What a bot knows may come from a file or from a web page.

ALTER TABLE knowledge DROP CONSTRAINT knowledge_kind_check;
ALTER TABLE knowledge ADD CONSTRAINT knowledge_kind_check CHECK (kind IN ('qa', 'text', 'file', 'page'));
-- The name of a 'file', the address of a 'page'.
ALTER TABLE knowledge ADD COLUMN source TEXT;
-- Of a 'page': why it could not be read when that was last tried. What was read before stays.
ALTER TABLE knowledge ADD COLUMN problem TEXT
  CHECK (problem IN ('address', 'robots', 'unreachable', 'timeout', 'status', 'too_large', 'not_text', 'empty'));
-- Of a 'page': when it was last read.
ALTER TABLE knowledge ADD COLUMN read_at BIGINT;
