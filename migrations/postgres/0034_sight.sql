-- Whether a bot's model is shown the pictures that customers send. They cost more than words.
ALTER TABLE bot ADD COLUMN sees_pictures BOOLEAN NOT NULL DEFAULT true;
