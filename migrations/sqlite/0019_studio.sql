-- How a bot speaks, when people are there, when it calls them by itself; and what its turns came to.

-- A name of the IANA's database: where a day of this business begins, and what its hours mean.
ALTER TABLE tenant ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';

ALTER TABLE bot ADD COLUMN tone TEXT NOT NULL DEFAULT 'plain' CHECK (tone IN ('plain', 'friendly', 'formal'));
-- When people are there; NULL: no hours are kept. JSON.
ALTER TABLE bot ADD COLUMN hours TEXT;
-- Outside of them: whether the bot calls people at once instead of answering.
ALTER TABLE bot ADD COLUMN hands_over_when_closed INTEGER NOT NULL DEFAULT 0;
-- What is said when people are called while nobody is there. NULL: our words; '': nothing.
ALTER TABLE bot ADD COLUMN closed_message TEXT;
-- Answers to one customer in 24 hours, and to all on one day of the business; NULL: as many as there are.
ALTER TABLE bot ADD COLUMN answers_per_customer INTEGER;
ALTER TABLE bot ADD COLUMN answers_per_day INTEGER;
-- Words that call people. JSON.
ALTER TABLE bot ADD COLUMN handoff_keywords TEXT NOT NULL DEFAULT '[]';
-- People are called when the knowledge covers less than so many percent of a question; NULL: the model decides.
ALTER TABLE bot ADD COLUMN handoff_confidence INTEGER;
-- People are called when a customer asks the same more often than this; NULL: never for this.
ALTER TABLE bot ADD COLUMN handoff_repeats INTEGER;

-- What a turn came to, and what the model used for it. Written once, never changed.
CREATE TABLE turn (
  tenant_id         BLOB    NOT NULL REFERENCES tenant (id),
  -- UUIDv7, so that the turns of a time are found by their ids.
  id                BLOB    NOT NULL,
  -- NULL: none served the number any more.
  bot_id            BLOB,
  number_id         BLOB    NOT NULL,
  -- dropped: a person took over, or more came, while it was thought about.
  outcome           TEXT    NOT NULL CHECK (outcome IN ('answered', 'handed_over', 'retried', 'dropped')),
  -- As the model counted; NULL where it does not, or was not asked.
  prompt_tokens     INTEGER,
  completion_tokens INTEGER,
  -- In millionths of a dollar.
  cost_micros       INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX turn_of_bot ON turn (tenant_id, bot_id, id) WHERE outcome = 'answered';
