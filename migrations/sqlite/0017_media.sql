-- Files: what customers send, fetched from Meta, and what people attach, uploaded to Meta when it leaves.

CREATE TABLE media (
  tenant_id   BLOB    NOT NULL REFERENCES tenant (id),
  id          BLOB    NOT NULL,
  origin      TEXT    NOT NULL CHECK (origin IN ('received', 'uploaded')),
  kind        TEXT    NOT NULL CHECK (kind IN ('image', 'audio', 'video', 'document', 'sticker')),
  -- waiting: to be fetched; deleted: the file goes or is gone.
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'failed', 'deleted')),
  -- Of what was received: the number and the message it came with. Of what was uploaded: the first message that has it.
  number_id   BLOB,
  message_id  BLOB,
  person_id   BLOB,
  -- Meta's id of what was received.
  meta_id     TEXT,
  -- What was said of it: never believed, only compared.
  said_type   TEXT,
  said_sha256 TEXT,
  -- What its bytes show.
  mime_type   TEXT,
  file_name   TEXT,
  size        INTEGER,
  sha256      TEXT,
  -- A code: why there is no file, or what is odd about it.
  problem     TEXT CHECK (problem IN ('expired', 'too_large', 'corrupt', 'refused', 'unavailable', 'not_connected', 'mismatch')),
  -- When something is to be done, or while it is being done: when somebody else may try. NULL: nothing.
  due_at      INTEGER,
  -- Tries begun; tells an old one from a new one.
  attempts    INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;
-- What housekeeping looks for: files that no message has.
CREATE INDEX media_unused ON media (created_at) WHERE message_id IS NULL;
CREATE INDEX media_age ON media (created_at) WHERE state = 'ready';

-- A file at Meta, for the messages of one number. Meta keeps it 30 days.
CREATE TABLE media_upload (
  tenant_id   BLOB    NOT NULL,
  media_id    BLOB    NOT NULL,
  number_id   BLOB    NOT NULL,
  -- Meta's id; NULL until it is there.
  meta_id     TEXT,
  uploaded_at INTEGER,
  due_at      INTEGER,
  attempts    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, media_id, number_id),
  FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX media_upload_due ON media_upload (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE message ADD COLUMN media_id BLOB;

-- What of the knowledge an answer of the AI was written from, as it read then.
CREATE TABLE message_passage (
  tenant_id  BLOB    NOT NULL,
  message_id BLOB    NOT NULL,
  -- The best comes first.
  position   INTEGER NOT NULL,
  -- The item may be gone since.
  item_id    BLOB    NOT NULL,
  title      TEXT,
  text       TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, message_id, position),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
) STRICT;
