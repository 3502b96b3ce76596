-- What the team knows of a customer.

-- What the team calls them; NULL: what WhatsApp says.
ALTER TABLE contact ADD COLUMN own_name TEXT;
-- In which they are answered, an ISO 639-1 code; NULL: in which they write.
ALTER TABLE contact ADD COLUMN language TEXT;
-- By the id of each field, what is in it. JSON.
ALTER TABLE contact ADD COLUMN fields JSONB NOT NULL DEFAULT '{}';

-- What a business keeps of each of its customers.
CREATE TABLE contact_field (
  tenant_id  UUID    NOT NULL REFERENCES tenant (id),
  id         UUID    NOT NULL,
  name       TEXT    NOT NULL,
  -- The name as it is compared: two that look the same are one.
  name_key   TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('text', 'number', 'date', 'choice')),
  -- Of a choice: what is chosen from. JSON.
  choices    JSONB   NOT NULL,
  created_at BIGINT  NOT NULL,
  updated_at BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contact_field_name ON contact_field (tenant_id, name_key);
ALTER TABLE contact_field ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_field FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON contact_field
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
