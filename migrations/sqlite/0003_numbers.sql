-- WhatsApp Business Accounts, their numbers, and how they were connected.

CREATE TABLE waba (
  tenant_id        BLOB   NOT NULL REFERENCES tenant (id),
  id               BLOB   NOT NULL,
  -- Meta's id.
  waba_id          TEXT   NOT NULL,
  name             TEXT,
  status           TEXT   NOT NULL CHECK (status IN ('connected', 'reauth_required', 'disconnected')),
  -- Envelope of the business token.
  token            BLOB,
  -- NULL: Meta gave no end.
  token_expires_at INTEGER,
  -- The app-scoped Facebook user who consented; deauthorisation names it.
  meta_user_id     TEXT,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
-- Two tenants never hold the same account at once.
CREATE UNIQUE INDEX waba_meta_id ON waba (waba_id) WHERE status <> 'disconnected';
CREATE UNIQUE INDEX waba_of_tenant ON waba (tenant_id, waba_id);

CREATE TABLE number (
  tenant_id            BLOB    NOT NULL,
  id                   BLOB    NOT NULL,
  waba_id              BLOB    NOT NULL,
  -- Meta's id: what webhooks are routed by.
  phone_number_id      TEXT    NOT NULL,
  display_phone_number TEXT    NOT NULL,
  verified_name        TEXT,
  status               TEXT    NOT NULL CHECK (status IN ('pending', 'connected', 'reauth_required', 'disconnected')),
  quality              TEXT,
  messaging_limit      TEXT,
  -- The number also lives in the WhatsApp Business app; Meta then allows 20 messages a second.
  coexistence          INTEGER NOT NULL,
  messages_per_second  INTEGER  NOT NULL,
  bot_id               BLOB,
  -- Envelope of the two-step verification PIN.
  pin                  BLOB,
  -- What people must know or do, in words; NULL while all is well.
  problem              TEXT,
  last_webhook_at      INTEGER,
  created_at           INTEGER  NOT NULL,
  updated_at           INTEGER  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, waba_id) REFERENCES waba (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX number_meta_id ON number (phone_number_id) WHERE status <> 'disconnected';
CREATE UNIQUE INDEX number_of_tenant ON number (tenant_id, phone_number_id);
CREATE INDEX number_of_waba ON number (tenant_id, waba_id);

-- What a number may still send now. Apart from `number`, since every send writes it.
CREATE TABLE send_budget (
  tenant_id    BLOB   NOT NULL,
  number_id    BLOB   NOT NULL,
  -- The theoretical arrival time of the generic cell rate algorithm: when the number will have been idle long enough.
  next_free_at INTEGER NOT NULL,
  -- Set when Meta throttles; nothing leaves before.
  paused_until INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, number_id),
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- One run of Embedded Signup.
CREATE TABLE onboarding (
  tenant_id   BLOB   NOT NULL REFERENCES tenant (id),
  id          BLOB   NOT NULL,
  person_id   BLOB   NOT NULL,
  session_id  BLOB,
  -- SHA-256 of `state`: single use, ten minutes.
  state_hash  BLOB  NOT NULL UNIQUE,
  redirect_uri TEXT  NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  consumed_at INTEGER,
  -- Envelope of the token while nothing else owns it yet.
  token       BLOB,
  waba_id     BLOB,
  number_id   BLOB,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE onboarding_step (
  tenant_id     BLOB   NOT NULL,
  onboarding_id BLOB   NOT NULL,
  step          TEXT   NOT NULL CHECK (step IN ('oauth_started', 'oauth_completed', 'token_obtained', 'waba_linked', 'phone_verified', 'webhook_active', 'ready')),
  state         TEXT   NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
  at            INTEGER NOT NULL,
  attempts      INTEGER NOT NULL,
  -- What a person reads, and what Meta said.
  error         TEXT,
  meta_code     INTEGER,
  meta_message  TEXT,
  fbtrace_id    TEXT,
  PRIMARY KEY (tenant_id, onboarding_id, step),
  FOREIGN KEY (tenant_id, onboarding_id) REFERENCES onboarding (tenant_id, id) ON DELETE CASCADE
) STRICT;
