-- What was said through WhatsApp's API and is no template: Meta gives a number a thousand of them free in a month. What was
-- counted before has none.
ALTER TABLE usage_slot ADD COLUMN service INTEGER NOT NULL DEFAULT 0;
