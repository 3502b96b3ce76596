-- What Meta posted, until it has been dispatched; and what could not be.

-- Raw deliveries, in the order of their arrival. One may concern several tenants, so the table belongs to none.
CREATE TABLE webhook_delivery (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  body        BLOB  NOT NULL,
  received_at INTEGER NOT NULL,
  -- Failed attempts to dispatch it.
  attempts    INTEGER NOT NULL
) STRICT;

-- "Received, not understood": kept whole, shown, and replayed at the press of a button.
CREATE TABLE webhook_leftover (
  id          BLOB   NOT NULL PRIMARY KEY,
  -- NULL: no tenant has the number or account it names; the platform admin sees those.
  tenant_id   BLOB   REFERENCES tenant (id),
  -- Meta's id of the number or account it names: whoever connects that gets it.
  concerns    TEXT,
  reason      TEXT   NOT NULL CHECK (reason IN ('malformed', 'unknown_field', 'unknown_type', 'unknown_number', 'failed')),
  detail      TEXT   NOT NULL,
  -- A delivery with this one item, byte for byte as it can be dispatched again.
  body        BLOB  NOT NULL,
  received_at INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  replayed_at INTEGER
) STRICT;
CREATE INDEX webhook_leftover_unclaimed ON webhook_leftover (concerns) WHERE tenant_id IS NULL;
CREATE INDEX webhook_leftover_recent ON webhook_leftover (tenant_id, created_at DESC, id DESC);
