-- What a run heard from the browser, the life of tokens, the daily check, data of the phone app, deletion requests.

-- What the browser heard from Meta's dialog: hints, and how the dialog ended. JSON.
ALTER TABLE onboarding ADD COLUMN dialog TEXT;
-- The number a run is to authorise again; NULL: whichever is chosen.
ALTER TABLE onboarding ADD COLUMN reauthorises BLOB;

-- Meta's id of the portfolio that owns the account, where Meta said it.
ALTER TABLE waba ADD COLUMN business_id TEXT;
-- What was granted with the token. JSON.
ALTER TABLE waba ADD COLUMN scopes TEXT;
-- When the token was granted: what its person withdrew before that is over.
ALTER TABLE waba ADD COLUMN consented_at INTEGER;
ALTER TABLE waba ADD COLUMN checked_at INTEGER;
-- When the daily check looks again.
ALTER TABLE waba ADD COLUMN next_check_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX waba_check_due ON waba (next_check_at) WHERE status <> 'disconnected';
CREATE INDEX waba_meta_user ON waba (meta_user_id) WHERE meta_user_id IS NOT NULL;

-- What the daily check found, in words; NULL while all is well. Apart from `problem`, which events of Meta set and clear.
ALTER TABLE number ADD COLUMN warning TEXT;
-- When it last came into service.
ALTER TABLE number ADD COLUMN connected_at INTEGER;

-- What is taken over from the WhatsApp Business app of a number that is used there too. Meta gives each kind once.
CREATE TABLE app_data_sync (
  tenant_id    BLOB    NOT NULL,
  number_id    BLOB    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('contacts', 'history')),
  state        TEXT    NOT NULL CHECK (state IN ('requesting', 'running', 'done', 'declined', 'failed')),
  -- Meta's id of the request.
  request_id   TEXT,
  -- 0: the last day, 1: 90 days, 2: 180 days.
  phase        INTEGER,
  -- Of the phase, in percent.
  progress     INTEGER,
  -- What a person reads.
  error        TEXT,
  requested_at INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, number_id, kind),
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- A person asked Meta to have their data deleted. Says nothing of who: that is what was deleted.
CREATE TABLE deletion_request (
  -- SHA-256 of the confirmation code.
  code_hash    BLOB    NOT NULL PRIMARY KEY,
  requested_at INTEGER NOT NULL,
  completed_at INTEGER,
  -- Accounts whose token was destroyed.
  accounts     INTEGER NOT NULL
) STRICT;
