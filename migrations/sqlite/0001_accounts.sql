-- Tenants, the people who work for them, and how they prove who they are.
--
-- Times are milliseconds since the Unix epoch (INTEGER). Enumerations are TEXT under a CHECK: adding a value is one
-- migration on both engines, and the same text on PostgreSQL.
--
-- Every table is STRICT: a value of the wrong type is an error here as it is on PostgreSQL.

CREATE TABLE tenant (
  id               BLOB   NOT NULL PRIMARY KEY,
  name             TEXT   NOT NULL,
  status           TEXT   NOT NULL CHECK (status IN ('active', 'suspended', 'deleting')),
  -- A conversation taken over goes back to the AI after this long without a person writing; NULL: never.
  auto_handback_ms INTEGER,
  created_at       INTEGER NOT NULL
) STRICT;

-- The key that encrypts a tenant's secrets, wrapped by a master key. Deleting the rows makes the secrets unreadable.
CREATE TABLE tenant_key (
  tenant_id     BLOB   NOT NULL REFERENCES tenant (id),
  id            BLOB   NOT NULL,
  master_key_id TEXT   NOT NULL,
  wrapped       BLOB  NOT NULL,
  created_at    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;

-- A person may work for several tenants, so this table belongs to none.
CREATE TABLE person (
  id             BLOB    NOT NULL PRIMARY KEY,
  -- Lower case: the address is the login.
  email          TEXT    NOT NULL UNIQUE,
  name           TEXT    NOT NULL,
  password_hash  TEXT    NOT NULL,
  platform_admin INTEGER NOT NULL,
  created_at     INTEGER  NOT NULL
) STRICT;

CREATE TABLE membership (
  tenant_id  BLOB   NOT NULL REFERENCES tenant (id),
  person_id  BLOB   NOT NULL REFERENCES person (id),
  role       TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
) STRICT;
CREATE INDEX membership_of_person ON membership (person_id);

-- A browser's long-lived credential. Only the SHA-256 of the cookie is kept.
CREATE TABLE session (
  tenant_id    BLOB   NOT NULL,
  id           BLOB   NOT NULL,
  person_id    BLOB   NOT NULL,
  token_hash   BLOB  NOT NULL UNIQUE,
  user_agent   TEXT,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES membership (tenant_id, person_id)
) STRICT;

CREATE TABLE api_key (
  tenant_id    BLOB   NOT NULL REFERENCES tenant (id),
  id           BLOB   NOT NULL,
  name         TEXT   NOT NULL,
  -- The last four characters, to tell keys apart on a screen.
  hint         TEXT   NOT NULL,
  key_hash     BLOB  NOT NULL UNIQUE,
  role         TEXT   NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  created_by   BLOB   NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE audit (
  tenant_id BLOB   NOT NULL REFERENCES tenant (id),
  id        BLOB   NOT NULL,
  at        INTEGER NOT NULL,
  actor     TEXT   NOT NULL CHECK (actor IN ('person', 'api_key', 'system')),
  actor_id  BLOB,
  action    TEXT   NOT NULL,
  target    TEXT,
  detail    TEXT  NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
