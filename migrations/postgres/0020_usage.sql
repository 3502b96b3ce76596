-- What is counted, so that nobody has to read a month of messages to draw a picture of it.

-- What happened on a number in a quarter of an hour, written once that time is over. The days of every time zone begin
-- with one.
CREATE TABLE usage_slot (
  tenant_id         UUID    NOT NULL REFERENCES tenant (id),
  -- Quarters of an hour since the Unix epoch.
  slot              BIGINT NOT NULL,
  number_id         UUID    NOT NULL,
  received          BIGINT NOT NULL,
  by_ai             BIGINT NOT NULL,
  by_people         BIGINT NOT NULL,
  by_system         BIGINT NOT NULL,
  -- Answers to what customers asked, and how long they had waited in all.
  ai_replies        BIGINT NOT NULL,
  ai_reply_ms       BIGINT NOT NULL,
  people_replies    BIGINT NOT NULL,
  people_reply_ms   BIGINT NOT NULL,
  -- Turns, and what the model used for them.
  answered          BIGINT NOT NULL,
  handed_over       BIGINT NOT NULL,
  prompt_tokens     BIGINT NOT NULL,
  completion_tokens BIGINT NOT NULL,
  -- In millionths of a dollar; NULL: the model tells of no cost.
  cost_micros       BIGINT,
  PRIMARY KEY (tenant_id, slot, number_id)
);
ALTER TABLE usage_slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_slot FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON usage_slot
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- The first quarter of an hour that is not counted yet; NULL: none is.
CREATE TABLE usage_progress (
  id        BIGINT PRIMARY KEY CHECK (id = 1),
  next_slot BIGINT
);
INSERT INTO usage_progress (id, next_slot) VALUES (1, NULL);

-- What did not get through, which may turn out later than the rest.
CREATE INDEX message_failed ON message (tenant_id, id) WHERE status = 'failed';
