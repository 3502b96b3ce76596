-- What a bot would say today to what customers said once, beside what they were told then.

CREATE TABLE bot_replay (
  tenant_id   BLOB    NOT NULL,
  id          BLOB    NOT NULL,
  bot_id      BLOB    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done')),
  -- Somebody has ended it before it was through.
  stopped     INTEGER NOT NULL,
  -- What customers said that was answered and is not tried, since one replay takes only so much.
  left_out    INTEGER NOT NULL,
  -- How often somebody has begun with it. Whoever works on it holds the number.
  attempts    INTEGER NOT NULL,
  -- Until then nobody else works on it.
  lease_until INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_replay_of_bot ON bot_replay (tenant_id, bot_id, id);
-- One at a time.
CREATE UNIQUE INDEX bot_replay_under_way ON bot_replay (tenant_id, bot_id) WHERE state <> 'done';
CREATE INDEX bot_replay_due ON bot_replay (lease_until) WHERE state <> 'done';

-- What a customer said in one go, what they were told, and what they would be told today. It is made of people's words,
-- and goes with them.
CREATE TABLE bot_replay_burst (
  tenant_id         BLOB    NOT NULL,
  replay_id         BLOB    NOT NULL,
  position          INTEGER NOT NULL,
  -- The last message of what was said: it tells of which conversation it is.
  message_id        BLOB    NOT NULL,
  -- What was said, and what was answered. JSON.
  past              TEXT    NOT NULL,
  -- NULL: it is to be thought about.
  outcome           TEXT CHECK (outcome IN ('same', 'differs', 'now_answered', 'now_handed_over', 'error')),
  -- What would be answered today. JSON; NULL: it is to be thought about.
  present           TEXT,
  took_ms           INTEGER,
  prompt_tokens     INTEGER,
  completion_tokens INTEGER,
  -- In millionths of a dollar.
  cost_micros       INTEGER,
  PRIMARY KEY (tenant_id, replay_id, position),
  FOREIGN KEY (tenant_id, replay_id) REFERENCES bot_replay (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_replay_burst_of_message ON bot_replay_burst (tenant_id, message_id);
