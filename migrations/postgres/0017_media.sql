-- Files: what customers send, fetched from Meta, and what people attach, uploaded to Meta when it leaves.

CREATE TABLE media (
  tenant_id   UUID    NOT NULL REFERENCES tenant (id),
  id          UUID    NOT NULL,
  origin      TEXT    NOT NULL CHECK (origin IN ('received', 'uploaded')),
  kind        TEXT    NOT NULL CHECK (kind IN ('image', 'audio', 'video', 'document', 'sticker')),
  -- waiting: to be fetched; deleted: the file goes or is gone.
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'failed', 'deleted')),
  -- Of what was received: the number and the message it came with. Of what was uploaded: the first message that has it.
  number_id   UUID,
  message_id  UUID,
  person_id   UUID,
  -- Meta's id of what was received.
  meta_id     TEXT,
  -- What was said of it: never believed, only compared.
  said_type   TEXT,
  said_sha256 TEXT,
  -- What its bytes show.
  mime_type   TEXT,
  file_name   TEXT,
  size        BIGINT,
  sha256      TEXT,
  -- A code: why there is no file, or what is odd about it.
  problem     TEXT CHECK (problem IN ('expired', 'too_large', 'corrupt', 'refused', 'unavailable', 'not_connected', 'mismatch')),
  -- When something is to be done, or while it is being done: when somebody else may try. NULL: nothing.
  due_at      BIGINT,
  -- Tries begun; tells an old one from a new one.
  attempts    BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;
-- What housekeeping looks for: files that no message has.
CREATE INDEX media_unused ON media (created_at) WHERE message_id IS NULL;
CREATE INDEX media_age ON media (created_at) WHERE state = 'ready';
ALTER TABLE media ENABLE ROW LEVEL SECURITY;
ALTER TABLE media FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON media
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- A file at Meta, for the messages of one number. Meta keeps it 30 days.
CREATE TABLE media_upload (
  tenant_id   UUID    NOT NULL,
  media_id    UUID    NOT NULL,
  number_id   UUID    NOT NULL,
  -- Meta's id; NULL until it is there.
  meta_id     TEXT,
  uploaded_at BIGINT,
  due_at      BIGINT,
  attempts    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, media_id, number_id),
  FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX media_upload_due ON media_upload (due_at) WHERE due_at IS NOT NULL;
ALTER TABLE media_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_upload FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON media_upload
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

ALTER TABLE message ADD COLUMN media_id UUID;

-- What of the knowledge an answer of the AI was written from, as it read then.
CREATE TABLE message_passage (
  tenant_id  UUID    NOT NULL,
  message_id UUID    NOT NULL,
  -- The best comes first.
  position   BIGINT NOT NULL,
  -- The item may be gone since.
  item_id    UUID    NOT NULL,
  title      TEXT,
  text       TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, message_id, position),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE message_passage ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_passage FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON message_passage
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
