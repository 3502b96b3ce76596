-- What messages say in other languages.

-- A message is translated once for each language. A row goes with its message.
CREATE TABLE translation (
  tenant_id   UUID    NOT NULL,
  message_id  UUID    NOT NULL,
  -- ISO 639-1.
  language    TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  -- The model's name, or the server's; NULL: a person wrote it.
  translator  TEXT,
  -- The other way round: a person wrote this, and the message is its translation.
  is_original BOOLEAN NOT NULL,
  -- Which version of the message it is of: when that was edited.
  edited_at   BIGINT,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, message_id, language),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE translation ENABLE ROW LEVEL SECURITY;
ALTER TABLE translation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON translation
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
