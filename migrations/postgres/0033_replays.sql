-- What a bot would say today to what customers said once, beside what they were told then.

CREATE TABLE bot_replay (
  tenant_id   UUID    NOT NULL,
  id          UUID    NOT NULL,
  bot_id      UUID    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done')),
  -- Somebody has ended it before it was through.
  stopped     BOOLEAN NOT NULL,
  -- What customers said that was answered and is not tried, since one replay takes only so much.
  left_out    BIGINT  NOT NULL,
  -- How often somebody has begun with it. Whoever works on it holds the number.
  attempts    BIGINT  NOT NULL,
  -- Until then nobody else works on it.
  lease_until BIGINT  NOT NULL,
  created_at  BIGINT  NOT NULL,
  started_at  BIGINT,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bot_replay_of_bot ON bot_replay (tenant_id, bot_id, id);
-- One at a time.
CREATE UNIQUE INDEX bot_replay_under_way ON bot_replay (tenant_id, bot_id) WHERE state <> 'done';
CREATE INDEX bot_replay_due ON bot_replay (lease_until) WHERE state <> 'done';

-- What a customer said in one go, what they were told, and what they would be told today. It is made of people's words,
-- and goes with them.
CREATE TABLE bot_replay_burst (
  tenant_id         UUID    NOT NULL,
  replay_id         UUID    NOT NULL,
  position          BIGINT  NOT NULL,
  -- The last message of what was said: it tells of which conversation it is.
  message_id        UUID    NOT NULL,
  -- What was said, and what was answered. JSON.
  past              JSONB   NOT NULL,
  -- NULL: it is to be thought about.
  outcome           TEXT CHECK (outcome IN ('same', 'differs', 'now_answered', 'now_handed_over', 'error')),
  -- What would be answered today. JSON; NULL: it is to be thought about.
  present           JSONB,
  took_ms           BIGINT,
  prompt_tokens     BIGINT,
  completion_tokens BIGINT,
  -- In millionths of a dollar.
  cost_micros       BIGINT,
  PRIMARY KEY (tenant_id, replay_id, position),
  FOREIGN KEY (tenant_id, replay_id) REFERENCES bot_replay (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bot_replay_burst_of_message ON bot_replay_burst (tenant_id, message_id);
ALTER TABLE bot_replay ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_replay FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_replay
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
ALTER TABLE bot_replay_burst ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_replay_burst FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_replay_burst
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
