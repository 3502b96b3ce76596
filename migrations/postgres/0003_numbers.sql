-- WhatsApp Business Accounts, their numbers, and how they were connected.

CREATE TABLE waba (
  tenant_id        UUID   NOT NULL REFERENCES tenant (id),
  id               UUID   NOT NULL,
  -- Meta's id.
  waba_id          TEXT   NOT NULL,
  name             TEXT,
  status           TEXT   NOT NULL CHECK (status IN ('connected', 'reauth_required', 'disconnected')),
  -- Envelope of the business token.
  token            BYTEA,
  -- NULL: Meta gave no end.
  token_expires_at BIGINT,
  -- The app-scoped Facebook user who consented; deauthorisation names it.
  meta_user_id     TEXT,
  created_at       BIGINT NOT NULL,
  updated_at       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Two tenants never hold the same account at once.
CREATE UNIQUE INDEX waba_meta_id ON waba (waba_id) WHERE status <> 'disconnected';
CREATE UNIQUE INDEX waba_of_tenant ON waba (tenant_id, waba_id);
ALTER TABLE waba ENABLE ROW LEVEL SECURITY;
ALTER TABLE waba FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON waba
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE number (
  tenant_id            UUID    NOT NULL,
  id                   UUID    NOT NULL,
  waba_id              UUID    NOT NULL,
  -- Meta's id: what webhooks are routed by.
  phone_number_id      TEXT    NOT NULL,
  display_phone_number TEXT    NOT NULL,
  verified_name        TEXT,
  status               TEXT    NOT NULL CHECK (status IN ('pending', 'connected', 'reauth_required', 'disconnected')),
  quality              TEXT,
  messaging_limit      TEXT,
  -- The number also lives in the WhatsApp Business app; Meta then allows 20 messages a second.
  coexistence          BOOLEAN NOT NULL,
  messages_per_second  BIGINT  NOT NULL,
  bot_id               UUID,
  -- Envelope of the two-step verification PIN.
  pin                  BYTEA,
  -- What people must know or do, in words; NULL while all is well.
  problem              TEXT,
  last_webhook_at      BIGINT,
  created_at           BIGINT  NOT NULL,
  updated_at           BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, waba_id) REFERENCES waba (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id)
);
CREATE UNIQUE INDEX number_meta_id ON number (phone_number_id) WHERE status <> 'disconnected';
CREATE UNIQUE INDEX number_of_tenant ON number (tenant_id, phone_number_id);
CREATE INDEX number_of_waba ON number (tenant_id, waba_id);
ALTER TABLE number ENABLE ROW LEVEL SECURITY;
ALTER TABLE number FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON number
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- What a number may still send now. Apart from `number`, since every send writes it.
CREATE TABLE send_budget (
  tenant_id    UUID   NOT NULL,
  number_id    UUID   NOT NULL,
  -- The theoretical arrival time of the generic cell rate algorithm: when the number will have been idle long enough.
  next_free_at BIGINT NOT NULL,
  -- Set when Meta throttles; nothing leaves before.
  paused_until BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, number_id),
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
ALTER TABLE send_budget ENABLE ROW LEVEL SECURITY;
ALTER TABLE send_budget FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON send_budget
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- One run of Embedded Signup.
CREATE TABLE onboarding (
  tenant_id   UUID   NOT NULL REFERENCES tenant (id),
  id          UUID   NOT NULL,
  person_id   UUID   NOT NULL,
  session_id  UUID,
  -- SHA-256 of `state`: single use, ten minutes.
  state_hash  BYTEA  NOT NULL UNIQUE,
  redirect_uri TEXT  NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  consumed_at BIGINT,
  -- Envelope of the token while nothing else owns it yet.
  token       BYTEA,
  waba_id     UUID,
  number_id   UUID,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE onboarding ENABLE ROW LEVEL SECURITY;
ALTER TABLE onboarding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON onboarding
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE onboarding_step (
  tenant_id     UUID   NOT NULL,
  onboarding_id UUID   NOT NULL,
  step          TEXT   NOT NULL CHECK (step IN ('oauth_started', 'oauth_completed', 'token_obtained', 'waba_linked', 'phone_verified', 'webhook_active', 'ready')),
  state         TEXT   NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
  at            BIGINT NOT NULL,
  attempts      BIGINT NOT NULL,
  -- What a person reads, and what Meta said.
  error         TEXT,
  meta_code     BIGINT,
  meta_message  TEXT,
  fbtrace_id    TEXT,
  PRIMARY KEY (tenant_id, onboarding_id, step),
  FOREIGN KEY (tenant_id, onboarding_id) REFERENCES onboarding (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE onboarding_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE onboarding_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON onboarding_step
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
