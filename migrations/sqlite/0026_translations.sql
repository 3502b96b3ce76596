-- What messages say in other languages.

-- A message is translated once for each language. A row goes with its message.
CREATE TABLE translation (
  tenant_id   BLOB    NOT NULL,
  message_id  BLOB    NOT NULL,
  -- ISO 639-1.
  language    TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  -- The model's name, or the server's; NULL: a person wrote it.
  translator  TEXT,
  -- The other way round: a person wrote this, and the message is its translation.
  is_original INTEGER NOT NULL,
  -- Which version of the message it is of: when that was edited.
  edited_at   INTEGER,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, message_id, language),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
) STRICT;
