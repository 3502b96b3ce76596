-- Whoever runs the installation: suspending, deleting and visiting tenants, and what of it is written down.

-- With status 'suspended'. The reason is what the tenant's people read.
ALTER TABLE tenant ADD COLUMN suspended_at INTEGER;
ALTER TABLE tenant ADD COLUMN suspended_reason TEXT;

-- Platform admins are named by PLATFORM_ADMINS.
ALTER TABLE person DROP COLUMN platform_admin;

-- What platform admins did. It outlives the tenants it tells of, and knows no more of them than id and name; so it
-- belongs to none.
CREATE TABLE platform_audit (
  id           BLOB   NOT NULL PRIMARY KEY,
  at           INTEGER NOT NULL,
  -- NULL: Switchboard itself.
  person_id    BLOB,
  person_name  TEXT   NOT NULL,
  action       TEXT   NOT NULL,
  about_tenant BLOB,
  about_name   TEXT,
  detail       TEXT   NOT NULL
) STRICT;
CREATE INDEX platform_audit_about ON platform_audit (about_tenant, id);

-- A tenant on its way out, and what is left to remember of it. Its data key is gone since `requested_at`.
CREATE TABLE tenant_deletion (
  about_tenant   BLOB   NOT NULL PRIMARY KEY,
  about_name     TEXT   NOT NULL,
  requested_by   BLOB,
  requested_name TEXT   NOT NULL,
  requested_at   INTEGER NOT NULL,
  -- The table that is being emptied.
  step           TEXT   NOT NULL,
  rows_deleted   INTEGER NOT NULL,
  -- NULL: not counted yet.
  rows_total     INTEGER,
  completed_at   INTEGER
) STRICT;
CREATE INDEX tenant_deletion_pending ON tenant_deletion (requested_at) WHERE completed_at IS NULL;

-- A platform admin inside a tenant that they do not work for.
CREATE TABLE impersonation (
  tenant_id   BLOB   NOT NULL REFERENCES tenant (id),
  id          BLOB   NOT NULL,
  person_id   BLOB   NOT NULL,
  person_name TEXT   NOT NULL,
  -- The admin's own session, with which it ends.
  home_tenant BLOB   NOT NULL,
  session_id  BLOB   NOT NULL,
  role        TEXT   NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  reason      TEXT   NOT NULL,
  started_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX impersonation_open ON impersonation (expires_at) WHERE ended_at IS NULL;
