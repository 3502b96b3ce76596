-- What the team knows of a customer.

-- What the team calls them; NULL: what WhatsApp says.
ALTER TABLE contact ADD COLUMN own_name TEXT;
-- In which they are answered, an ISO 639-1 code; NULL: in which they write.
ALTER TABLE contact ADD COLUMN language TEXT;
-- By the id of each field, what is in it. JSON.
ALTER TABLE contact ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';

-- What a business keeps of each of its customers.
CREATE TABLE contact_field (
  tenant_id  BLOB    NOT NULL REFERENCES tenant (id),
  id         BLOB    NOT NULL,
  name       TEXT    NOT NULL,
  -- The name as it is compared: two that look the same are one.
  name_key   TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('text', 'number', 'date', 'choice')),
  -- Of a choice: what is chosen from. JSON.
  choices    TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX contact_field_name ON contact_field (tenant_id, name_key);
