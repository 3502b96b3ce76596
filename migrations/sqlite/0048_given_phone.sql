-- The number that a customer gave when the bot asked for it. Whose it is nobody has proved: it is never what they are known by.
ALTER TABLE contact ADD COLUMN given_phone TEXT;
-- Since when the bot waits for one. NULL: it has not asked, or was told.
ALTER TABLE contact ADD COLUMN phone_asked_at INTEGER;
