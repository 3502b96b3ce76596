-- What a run heard from the browser, the life of tokens, the daily check, data of the phone app, deletion requests.

-- What the browser heard from Meta's dialog: hints, and how the dialog ended. JSON.
ALTER TABLE onboarding ADD COLUMN dialog JSONB;
-- The number a run is to authorise again; NULL: whichever is chosen.
ALTER TABLE onboarding ADD COLUMN reauthorises UUID;

-- Meta's id of the portfolio that owns the account, where Meta said it.
ALTER TABLE waba ADD COLUMN business_id TEXT;
-- What was granted with the token. JSON.
ALTER TABLE waba ADD COLUMN scopes JSONB;
-- When the token was granted: what its person withdrew before that is over.
ALTER TABLE waba ADD COLUMN consented_at BIGINT;
ALTER TABLE waba ADD COLUMN checked_at BIGINT;
-- When the daily check looks again.
ALTER TABLE waba ADD COLUMN next_check_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX waba_check_due ON waba (next_check_at) WHERE status <> 'disconnected';
CREATE INDEX waba_meta_user ON waba (meta_user_id) WHERE meta_user_id IS NOT NULL;

-- What the daily check found, in words; NULL while all is well. Apart from `problem`, which events of Meta set and clear.
ALTER TABLE number ADD COLUMN warning TEXT;
-- When it last came into service.
ALTER TABLE number ADD COLUMN connected_at BIGINT;

-- What is taken over from the WhatsApp Business app of a number that is used there too. Meta gives each kind once.
CREATE TABLE app_data_sync (
  tenant_id    UUID    NOT NULL,
  number_id    UUID    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('contacts', 'history')),
  state        TEXT    NOT NULL CHECK (state IN ('requesting', 'running', 'done', 'declined', 'failed')),
  -- Meta's id of the request.
  request_id   TEXT,
  -- 0: the last day, 1: 90 days, 2: 180 days.
  phase        BIGINT,
  -- Of the phase, in percent.
  progress     BIGINT,
  -- What a person reads.
  error        TEXT,
  requested_at BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, number_id, kind),
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE app_data_sync ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_data_sync FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON app_data_sync
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- A person asked Meta to have their data deleted. Says nothing of who: that is what was deleted.
CREATE TABLE deletion_request (
  -- SHA-256 of the confirmation code.
  code_hash    BYTEA    NOT NULL PRIMARY KEY,
  requested_at BIGINT NOT NULL,
  completed_at BIGINT,
  -- Accounts whose token was destroyed.
  accounts     BIGINT NOT NULL
);
