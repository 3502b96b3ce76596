-- How a bot greets whoever writes for the first time, and whom it leaves to people.

-- NULL: the model greets as it likes.
ALTER TABLE bot ADD COLUMN greeting TEXT;
-- Ids of labels: people answer in conversations that carry one.
ALTER TABLE bot ADD COLUMN handoff_labels JSONB NOT NULL DEFAULT '[]';
