-- What customers are shown of their messages: nothing, that they were read, or that an answer is being written as well.
ALTER TABLE tenant ADD COLUMN read_receipts TEXT NOT NULL DEFAULT 'typing';
