-- Whether a bot leaves an angry customer to people.
ALTER TABLE bot ADD COLUMN hands_over_when_angry BOOLEAN NOT NULL DEFAULT true;
