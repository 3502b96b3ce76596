-- How often a run of a bot's tests, or a replay, has ended without an end: a restart gives its try back. `attempts` goes on
-- counting all: whoever works on a run holds the number.
ALTER TABLE bot_test_run ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bot_replay ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
