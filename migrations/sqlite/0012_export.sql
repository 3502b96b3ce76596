-- All that a tenant has, as a file to take away.

CREATE TABLE tenant_export (
  tenant_id    BLOB   NOT NULL REFERENCES tenant (id),
  id           BLOB   NOT NULL,
  state        TEXT   NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed')),
  requested_by BLOB   NOT NULL,
  requested_at INTEGER NOT NULL,
  -- The file within the archive that is being written.
  step         TEXT   NOT NULL,
  rows_done    INTEGER NOT NULL,
  -- NULL: not counted yet.
  rows_total   INTEGER,
  bytes        INTEGER NOT NULL,
  -- Tries begun. It also fences: who writes holds the number of the try.
  attempts     INTEGER NOT NULL,
  lease_until  INTEGER NOT NULL,
  finished_at  INTEGER,
  -- When it goes; NULL until it is over.
  expires_at   INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
-- One at a time.
CREATE UNIQUE INDEX tenant_export_open ON tenant_export (tenant_id) WHERE state IN ('queued', 'running');
CREATE INDEX tenant_export_due ON tenant_export (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX tenant_export_expiry ON tenant_export (expires_at) WHERE expires_at IS NOT NULL;

-- The archive, in pieces: any replica can hand it out.
CREATE TABLE tenant_export_chunk (
  tenant_id BLOB   NOT NULL,
  export_id BLOB   NOT NULL,
  seq       INTEGER NOT NULL,
  body      BLOB   NOT NULL,
  PRIMARY KEY (tenant_id, export_id, seq),
  FOREIGN KEY (tenant_id, export_id) REFERENCES tenant_export (tenant_id, id)
) STRICT;
