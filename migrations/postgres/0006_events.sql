-- What changed, for whoever watches: the dashboard, later the tenants' own webhooks.

CREATE TABLE event (
  tenant_id  UUID   NOT NULL REFERENCES tenant (id),
  seq        BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  -- The transaction that wrote it. Identities are handed out before commit, so a reader that went by `seq` alone would
  -- skip what commits late. Readers go by (tx, seq) and stop before the oldest transaction still under way.
  tx         BIGINT NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  kind       TEXT   NOT NULL,
  data       JSONB  NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX event_order ON event (tx, seq);
CREATE INDEX event_age ON event (created_at);
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON event
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
