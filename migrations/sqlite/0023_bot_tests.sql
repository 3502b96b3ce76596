-- What a business expects of its bot, and what came of it each time it looked.

CREATE TABLE bot_test (
  tenant_id  BLOB    NOT NULL,
  id         BLOB    NOT NULL,
  bot_id     BLOB    NOT NULL,
  name       TEXT    NOT NULL,
  -- What a customer says, one after another. JSON.
  turns      TEXT    NOT NULL,
  -- What must come of it. JSON.
  expected   TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_test_of_bot ON bot_test (tenant_id, bot_id, id);

CREATE TABLE bot_test_run (
  tenant_id   BLOB    NOT NULL,
  id          BLOB    NOT NULL,
  bot_id      BLOB    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done')),
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
CREATE INDEX bot_test_run_of_bot ON bot_test_run (tenant_id, bot_id, id);
-- One at a time.
CREATE UNIQUE INDEX bot_test_run_under_way ON bot_test_run (tenant_id, bot_id) WHERE state <> 'done';
CREATE INDEX bot_test_run_due ON bot_test_run (lease_until) WHERE state <> 'done';

-- What came of a test in a run. The test may have been changed since, or be gone.
CREATE TABLE bot_test_result (
  tenant_id         BLOB    NOT NULL,
  run_id            BLOB    NOT NULL,
  test_id           BLOB    NOT NULL,
  -- The test as it was when the run was asked for.
  name              TEXT    NOT NULL,
  turns             TEXT    NOT NULL,
  expected          TEXT    NOT NULL,
  -- NULL: it is to be run.
  outcome           TEXT CHECK (outcome IN ('passed', 'failed', 'error')),
  -- What was said, found and missed. JSON; NULL: it is to be run.
  detail            TEXT,
  took_ms           INTEGER,
  prompt_tokens     INTEGER,
  completion_tokens INTEGER,
  -- In millionths of a dollar.
  cost_micros       INTEGER,
  PRIMARY KEY (tenant_id, run_id, test_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES bot_test_run (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_test_result_of_test ON bot_test_result (tenant_id, test_id, run_id);
