-- What changed, for whoever watches: the dashboard, later the tenants' own webhooks.

CREATE TABLE event (
  tenant_id  BLOB   NOT NULL REFERENCES tenant (id),
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Transactions end in the order of `seq` here, where one writes at a time; on PostgreSQL this tells which are over.
  tx         INTEGER NOT NULL DEFAULT 0,
  kind       TEXT   NOT NULL,
  data       TEXT  NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_order ON event (tenant_id, seq);
CREATE INDEX event_age ON event (created_at);
