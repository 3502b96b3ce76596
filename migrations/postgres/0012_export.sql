-- All that a tenant has, as a file to take away.

CREATE TABLE tenant_export (
  tenant_id    UUID   NOT NULL REFERENCES tenant (id),
  id           UUID   NOT NULL,
  state        TEXT   NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed')),
  requested_by UUID   NOT NULL,
  requested_at BIGINT NOT NULL,
  -- The file within the archive that is being written.
  step         TEXT   NOT NULL,
  rows_done    BIGINT NOT NULL,
  -- NULL: not counted yet.
  rows_total   BIGINT,
  bytes        BIGINT NOT NULL,
  -- Tries begun. It also fences: who writes holds the number of the try.
  attempts     BIGINT NOT NULL,
  lease_until  BIGINT NOT NULL,
  finished_at  BIGINT,
  -- When it goes; NULL until it is over.
  expires_at   BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- One at a time.
CREATE UNIQUE INDEX tenant_export_open ON tenant_export (tenant_id) WHERE state IN ('queued', 'running');
CREATE INDEX tenant_export_due ON tenant_export (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX tenant_export_expiry ON tenant_export (expires_at) WHERE expires_at IS NOT NULL;
ALTER TABLE tenant_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_export FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tenant_export
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- The archive, in pieces: any replica can hand it out.
CREATE TABLE tenant_export_chunk (
  tenant_id UUID   NOT NULL,
  export_id UUID   NOT NULL,
  seq       BIGINT NOT NULL,
  body      BYTEA  NOT NULL,
  PRIMARY KEY (tenant_id, export_id, seq),
  FOREIGN KEY (tenant_id, export_id) REFERENCES tenant_export (tenant_id, id)
);
ALTER TABLE tenant_export_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_export_chunk FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tenant_export_chunk
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
