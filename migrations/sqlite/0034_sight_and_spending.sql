-- Whether a bot's model is shown the pictures that customers send. They cost more than words.
ALTER TABLE bot ADD COLUMN sees_pictures INTEGER NOT NULL DEFAULT 1;

-- The first message of the answer that a turn came to; NULL: it came to none, or nobody has noted it yet. The message may be
-- gone since.
ALTER TABLE turn ADD COLUMN message_id BLOB;
CREATE INDEX turn_of_message ON turn (tenant_id, message_id) WHERE message_id IS NOT NULL;
