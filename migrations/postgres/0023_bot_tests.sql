-- What a business expects of its bot, and what came of it each time it looked.

CREATE TABLE bot_test (
  tenant_id  UUID    NOT NULL,
  id         UUID    NOT NULL,
  bot_id     UUID    NOT NULL,
  name       TEXT    NOT NULL,
  -- What a customer says, one after another. JSON.
  turns      JSONB   NOT NULL,
  -- What must come of it. JSON.
  expected   JSONB   NOT NULL,
  created_at BIGINT  NOT NULL,
  updated_at BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bot_test_of_bot ON bot_test (tenant_id, bot_id, id);

CREATE TABLE bot_test_run (
  tenant_id   UUID    NOT NULL,
  id          UUID    NOT NULL,
  bot_id      UUID    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done')),
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
CREATE INDEX bot_test_run_of_bot ON bot_test_run (tenant_id, bot_id, id);
-- One at a time.
CREATE UNIQUE INDEX bot_test_run_under_way ON bot_test_run (tenant_id, bot_id) WHERE state <> 'done';
CREATE INDEX bot_test_run_due ON bot_test_run (lease_until) WHERE state <> 'done';

-- What came of a test in a run. The test may have been changed since, or be gone.
CREATE TABLE bot_test_result (
  tenant_id         UUID    NOT NULL,
  run_id            UUID    NOT NULL,
  test_id           UUID    NOT NULL,
  -- The test as it was when the run was asked for.
  name              TEXT    NOT NULL,
  turns             JSONB   NOT NULL,
  expected          JSONB   NOT NULL,
  -- NULL: it is to be run.
  outcome           TEXT CHECK (outcome IN ('passed', 'failed', 'error')),
  -- What was said, found and missed. JSON; NULL: it is to be run.
  detail            JSONB,
  took_ms           BIGINT,
  prompt_tokens     BIGINT,
  completion_tokens BIGINT,
  -- In millionths of a dollar.
  cost_micros       BIGINT,
  PRIMARY KEY (tenant_id, run_id, test_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES bot_test_run (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bot_test_result_of_test ON bot_test_result (tenant_id, test_id, run_id);
ALTER TABLE bot_test ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_test FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_test
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
ALTER TABLE bot_test_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_test_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_test_run
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
ALTER TABLE bot_test_result ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_test_result FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot_test_result
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
