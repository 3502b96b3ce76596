-- Proving addresses, resetting passwords, second factors, invitations, mail, and what API keys may.

-- NULL: the address is not proved to be the person's.
ALTER TABLE person ADD COLUMN email_verified_at BIGINT;
-- Of mails; the dashboard follows it too.
ALTER TABLE person ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'tr', 'ar'));

-- Where it was opened from; NULL: before this was kept.
ALTER TABLE session ADD COLUMN address TEXT;
CREATE INDEX session_of_person ON session (person_id);

-- A JSON array of permissions; NULL: all that the key's role has.
ALTER TABLE api_key ADD COLUMN permissions JSONB;

-- What proves for a while, and once, that a mail was received or a password known. Only the SHA-256 is kept.
CREATE TABLE person_token (
  token_hash BYTEA  NOT NULL PRIMARY KEY,
  person_id  UUID   NOT NULL REFERENCES person (id),
  purpose    TEXT   NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'second_factor')),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX person_token_of_person ON person_token (person_id, purpose);
CREATE INDEX person_token_expiry ON person_token (expires_at);

-- The secret of a person's authenticator app, under a data key of the person's own that a master key wraps: a person
-- belongs to no tenant, so no tenant's key would do.
CREATE TABLE second_factor (
  person_id     UUID   NOT NULL PRIMARY KEY REFERENCES person (id),
  key_id        UUID   NOT NULL,
  master_key_id TEXT   NOT NULL,
  wrapped       BYTEA  NOT NULL,
  secret        BYTEA  NOT NULL,
  created_at    BIGINT NOT NULL,
  -- NULL: enrolment has begun, and no code has shown yet that the app has the secret.
  confirmed_at  BIGINT,
  -- The 30-second step of the last code that was taken: none is taken twice.
  last_step     BIGINT NOT NULL
);

-- For when the app is lost. Each works once; only the SHA-256 is kept.
CREATE TABLE recovery_code (
  person_id UUID   NOT NULL REFERENCES second_factor (person_id) ON DELETE CASCADE,
  code_hash BYTEA  NOT NULL,
  used_at   BIGINT,
  PRIMARY KEY (person_id, code_hash)
);

CREATE TABLE invitation (
  tenant_id   UUID   NOT NULL REFERENCES tenant (id),
  id          UUID   NOT NULL,
  -- Lower case.
  email       TEXT   NOT NULL,
  role        TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
  language    TEXT   NOT NULL CHECK (language IN ('en', 'tr', 'ar')),
  -- NULL: its mail has not been sent yet. A newer mail replaces it.
  token_hash  BYTEA  UNIQUE,
  -- The person or the API key.
  invited_by  UUID   NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  -- When the last mail left; NULL: none has.
  sent_at     BIGINT,
  -- Why the last mail was given up.
  send_error  TEXT,
  accepted_at BIGINT,
  revoked_at  BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- One open invitation for an address.
CREATE UNIQUE INDEX invitation_open ON invitation (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON invitation
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Mails that are to leave. A row says what a mail is about; its text, and the token in its link, are made when it is
-- sent, so that no token waits here in the clear.
CREATE TABLE mail (
  id            UUID   NOT NULL PRIMARY KEY,
  kind          TEXT   NOT NULL CHECK (kind IN ('verify_email', 'reset_password', 'password_changed', 'invitation')),
  -- Lower case.
  recipient     TEXT   NOT NULL,
  -- With kind 'invitation'.
  tenant_id     UUID   REFERENCES tenant (id),
  invitation_id UUID,
  created_at    BIGINT NOT NULL,
  -- When it is tried next. While it is being sent: when somebody else may try.
  due_at        BIGINT NOT NULL,
  -- Tries begun. It also fences: who sends holds the number of the try.
  attempts      BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (due_at);
ALTER TABLE mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON mail
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- The audit log by who and by what.
CREATE INDEX audit_by_actor ON audit (tenant_id, actor_id, id);
CREATE INDEX audit_by_action ON audit (tenant_id, action, id);
