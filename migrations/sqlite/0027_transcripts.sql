-- What voice notes say, written down. A row goes with its message.

CREATE TABLE transcript (
  tenant_id  BLOB    NOT NULL,
  message_id BLOB    NOT NULL,
  number_id  BLOB    NOT NULL,
  -- The file that is listened to.
  media_id   BLOB    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
  text       TEXT,
  -- ISO 639-1.
  language   TEXT,
  model      TEXT,
  -- A code: why there is no text.
  problem    TEXT CHECK (problem IN ('not_set_up', 'gone', 'too_large', 'too_long', 'silent', 'refused', 'budget', 'unavailable')),
  -- When it is to be listened to, or while somebody does: when another may. NULL: nothing is to be done.
  due_at     INTEGER,
  -- Tries begun; tells an old one from a new one.
  attempts   INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, message_id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX transcript_due ON transcript (due_at) WHERE due_at IS NOT NULL;
