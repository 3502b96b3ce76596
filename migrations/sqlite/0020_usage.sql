-- What is counted, so that nobody has to read a month of messages to draw a picture of it.

-- What happened on a number in a quarter of an hour, written once that time is over. The days of every time zone begin
-- with one.
CREATE TABLE usage_slot (
  tenant_id         BLOB    NOT NULL REFERENCES tenant (id),
  -- Quarters of an hour since the Unix epoch.
  slot              INTEGER NOT NULL,
  number_id         BLOB    NOT NULL,
  received          INTEGER NOT NULL,
  by_ai             INTEGER NOT NULL,
  by_people         INTEGER NOT NULL,
  by_system         INTEGER NOT NULL,
  -- Answers to what customers asked, and how long they had waited in all.
  ai_replies        INTEGER NOT NULL,
  ai_reply_ms       INTEGER NOT NULL,
  people_replies    INTEGER NOT NULL,
  people_reply_ms   INTEGER NOT NULL,
  -- Turns, and what the model used for them.
  answered          INTEGER NOT NULL,
  handed_over       INTEGER NOT NULL,
  prompt_tokens     INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  -- In millionths of a dollar; NULL: the model tells of no cost.
  cost_micros       INTEGER,
  PRIMARY KEY (tenant_id, slot, number_id)
) STRICT;

-- The first quarter of an hour that is not counted yet; NULL: none is.
CREATE TABLE usage_progress (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  next_slot INTEGER
) STRICT;
INSERT INTO usage_progress (id, next_slot) VALUES (1, NULL);

-- What did not get through, which may turn out later than the rest.
CREATE INDEX message_failed ON message (tenant_id, id) WHERE status = 'failed';
