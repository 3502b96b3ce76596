-- Whether a bot leaves an angry customer to people.
ALTER TABLE bot ADD COLUMN hands_over_when_angry INTEGER NOT NULL DEFAULT 1;
