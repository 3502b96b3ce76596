-- Whoever runs the installation: suspending, deleting and visiting tenants, and what of it is written down.

-- With status 'suspended'. The reason is what the tenant's people read.
ALTER TABLE tenant ADD COLUMN suspended_at BIGINT;
ALTER TABLE tenant ADD COLUMN suspended_reason TEXT;

-- Platform admins are named by PLATFORM_ADMINS.
ALTER TABLE person DROP COLUMN platform_admin;

-- What platform admins did. It outlives the tenants it tells of, and knows no more of them than id and name; so it
-- belongs to none and has no policy.
CREATE TABLE platform_audit (
  id           UUID   NOT NULL PRIMARY KEY,
  at           BIGINT NOT NULL,
  -- NULL: Switchboard itself.
  person_id    UUID,
  person_name  TEXT   NOT NULL,
  action       TEXT   NOT NULL,
  about_tenant UUID,
  about_name   TEXT,
  detail       JSONB  NOT NULL
);
CREATE INDEX platform_audit_about ON platform_audit (about_tenant, id);

-- A tenant on its way out, and what is left to remember of it. Its data key is gone since `requested_at`.
CREATE TABLE tenant_deletion (
  about_tenant   UUID   NOT NULL PRIMARY KEY,
  about_name     TEXT   NOT NULL,
  requested_by   UUID,
  requested_name TEXT   NOT NULL,
  requested_at   BIGINT NOT NULL,
  -- The table that is being emptied.
  step           TEXT   NOT NULL,
  rows_deleted   BIGINT NOT NULL,
  -- NULL: not counted yet.
  rows_total     BIGINT,
  completed_at   BIGINT
);
CREATE INDEX tenant_deletion_pending ON tenant_deletion (requested_at) WHERE completed_at IS NULL;

-- A platform admin inside a tenant that they do not work for.
CREATE TABLE impersonation (
  tenant_id   UUID   NOT NULL REFERENCES tenant (id),
  id          UUID   NOT NULL,
  person_id   UUID   NOT NULL,
  person_name TEXT   NOT NULL,
  -- The admin's own session, with which it ends.
  home_tenant UUID   NOT NULL,
  session_id  UUID   NOT NULL,
  role        TEXT   NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  reason      TEXT   NOT NULL,
  started_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  ended_at    BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX impersonation_open ON impersonation (expires_at) WHERE ended_at IS NULL;
ALTER TABLE impersonation ENABLE ROW LEVEL SECURITY;
ALTER TABLE impersonation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON impersonation
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
