-- Tenants, the people who work for them, and how they prove who they are.
--
-- Times are milliseconds since the Unix epoch (BIGINT). Enumerations are TEXT under a CHECK: adding a value is one
-- migration on both engines, where a PostgreSQL enum type would have no SQLite twin.
--
-- Every table of a tenant has a row-level-security policy: a transaction names the tenant it acts for in
-- `switchboard.tenant`, or '*' for the few workers that serve all of them. Unset means no rows. It is the second wall;
-- the first is that every statement names the tenant itself. FORCE makes it hold for the tables' owner too.

CREATE TABLE tenant (
  id               UUID   NOT NULL PRIMARY KEY,
  name             TEXT   NOT NULL,
  status           TEXT   NOT NULL CHECK (status IN ('active', 'suspended', 'deleting')),
  -- A conversation taken over goes back to the AI after this long without a person writing; NULL: never.
  auto_handback_ms BIGINT,
  created_at       BIGINT NOT NULL
);
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tenant
  USING (current_setting('switchboard.tenant', true) = '*' OR id::text = current_setting('switchboard.tenant', true));

-- The key that encrypts a tenant's secrets, wrapped by a master key. Deleting the rows makes the secrets unreadable.
CREATE TABLE tenant_key (
  tenant_id     UUID   NOT NULL REFERENCES tenant (id),
  id            UUID   NOT NULL,
  master_key_id TEXT   NOT NULL,
  wrapped       BYTEA  NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE tenant_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tenant_key
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- A person may work for several tenants, so this table belongs to none and has no policy.
CREATE TABLE person (
  id             UUID    NOT NULL PRIMARY KEY,
  -- Lower case: the address is the login.
  email          TEXT    NOT NULL UNIQUE,
  name           TEXT    NOT NULL,
  password_hash  TEXT    NOT NULL,
  platform_admin BOOLEAN NOT NULL,
  created_at     BIGINT  NOT NULL
);

CREATE TABLE membership (
  tenant_id  UUID   NOT NULL REFERENCES tenant (id),
  person_id  UUID   NOT NULL REFERENCES person (id),
  role       TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
);
CREATE INDEX membership_of_person ON membership (person_id);
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON membership
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- A browser's long-lived credential. Only the SHA-256 of the cookie is kept.
CREATE TABLE session (
  tenant_id    UUID   NOT NULL,
  id           UUID   NOT NULL,
  person_id    UUID   NOT NULL,
  token_hash   BYTEA  NOT NULL UNIQUE,
  user_agent   TEXT,
  created_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  revoked_at   BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES membership (tenant_id, person_id)
);
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON session
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE api_key (
  tenant_id    UUID   NOT NULL REFERENCES tenant (id),
  id           UUID   NOT NULL,
  name         TEXT   NOT NULL,
  -- The last four characters, to tell keys apart on a screen.
  hint         TEXT   NOT NULL,
  key_hash     BYTEA  NOT NULL UNIQUE,
  role         TEXT   NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  created_by   UUID   NOT NULL,
  created_at   BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at   BIGINT,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON api_key
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE audit (
  tenant_id UUID   NOT NULL REFERENCES tenant (id),
  id        UUID   NOT NULL,
  at        BIGINT NOT NULL,
  actor     TEXT   NOT NULL CHECK (actor IN ('person', 'api_key', 'system')),
  actor_id  UUID,
  action    TEXT   NOT NULL,
  target    TEXT,
  detail    JSONB  NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON audit
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
