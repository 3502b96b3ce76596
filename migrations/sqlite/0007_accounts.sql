-- Proving addresses, resetting passwords, second factors, invitations, mail, and what API keys may.

-- NULL: the address is not proved to be the person's.
ALTER TABLE person ADD COLUMN email_verified_at INTEGER;
-- Of mails; the dashboard follows it too.
ALTER TABLE person ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'tr', 'ar'));

-- Where it was opened from; NULL: before this was kept.
ALTER TABLE session ADD COLUMN address TEXT;
CREATE INDEX session_of_person ON session (person_id);

-- A JSON array of permissions; NULL: all that the key's role has.
ALTER TABLE api_key ADD COLUMN permissions TEXT;

-- What proves for a while, and once, that a mail was received or a password known. Only the SHA-256 is kept.
CREATE TABLE person_token (
  token_hash BLOB  NOT NULL PRIMARY KEY,
  person_id  BLOB   NOT NULL REFERENCES person (id),
  purpose    TEXT   NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'second_factor')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX person_token_of_person ON person_token (person_id, purpose);
CREATE INDEX person_token_expiry ON person_token (expires_at);

-- The secret of a person's authenticator app, under a data key of the person's own that a master key wraps: a person
-- belongs to no tenant, so no tenant's key would do.
CREATE TABLE second_factor (
  person_id     BLOB   NOT NULL PRIMARY KEY REFERENCES person (id),
  key_id        BLOB   NOT NULL,
  master_key_id TEXT   NOT NULL,
  wrapped       BLOB  NOT NULL,
  secret        BLOB  NOT NULL,
  created_at    INTEGER NOT NULL,
  -- NULL: enrolment has begun, and no code has shown yet that the app has the secret.
  confirmed_at  INTEGER,
  -- The 30-second step of the last code that was taken: none is taken twice.
  last_step     INTEGER NOT NULL
) STRICT;

-- For when the app is lost. Each works once; only the SHA-256 is kept.
CREATE TABLE recovery_code (
  person_id BLOB   NOT NULL REFERENCES second_factor (person_id) ON DELETE CASCADE,
  code_hash BLOB  NOT NULL,
  used_at   INTEGER,
  PRIMARY KEY (person_id, code_hash)
) STRICT;

CREATE TABLE invitation (
  tenant_id   BLOB   NOT NULL REFERENCES tenant (id),
  id          BLOB   NOT NULL,
  -- Lower case.
  email       TEXT   NOT NULL,
  role        TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
  language    TEXT   NOT NULL CHECK (language IN ('en', 'tr', 'ar')),
  -- NULL: its mail has not been sent yet. A newer mail replaces it.
  token_hash  BLOB  UNIQUE,
  -- The person or the API key.
  invited_by  BLOB   NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  -- When the last mail left; NULL: none has.
  sent_at     INTEGER,
  -- Why the last mail was given up.
  send_error  TEXT,
  accepted_at INTEGER,
  revoked_at  INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
-- One open invitation for an address.
CREATE UNIQUE INDEX invitation_open ON invitation (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- Mails that are to leave. A row says what a mail is about; its text, and the token in its link, are made when it is
-- sent, so that no token waits here in the clear.
CREATE TABLE mail (
  id            BLOB   NOT NULL PRIMARY KEY,
  kind          TEXT   NOT NULL CHECK (kind IN ('verify_email', 'reset_password', 'password_changed', 'invitation')),
  -- Lower case.
  recipient     TEXT   NOT NULL,
  -- With kind 'invitation'.
  tenant_id     BLOB   REFERENCES tenant (id),
  invitation_id BLOB,
  created_at    INTEGER NOT NULL,
  -- When it is tried next. While it is being sent: when somebody else may try.
  due_at        INTEGER NOT NULL,
  -- Tries begun. It also fences: who sends holds the number of the try.
  attempts      INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_due ON mail (due_at);

-- The audit log by who and by what.
CREATE INDEX audit_by_actor ON audit (tenant_id, actor_id, id);
CREATE INDEX audit_by_action ON audit (tenant_id, action, id);
