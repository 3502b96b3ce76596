-- What people do with conversations: whose one is, whether it is done with, labels, notes among colleagues.

ALTER TABLE conversation ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'snoozed', 'resolved'));
-- When a snoozed one opens by itself.
ALTER TABLE conversation ADD COLUMN snoozed_until BIGINT;
-- A message did not get through, and no person has written since.
ALTER TABLE conversation ADD COLUMN send_failed BOOLEAN NOT NULL DEFAULT false;
-- Whose it is; a person of the tenant.
ALTER TABLE conversation ADD COLUMN assignee_id UUID;
-- The ids of its labels, a JSON array; `conversation_label` finds conversations by them.
ALTER TABLE conversation ADD COLUMN labels JSONB NOT NULL DEFAULT '[]';

-- One index for every list of a state or a control. The others hold only what people have to do with, so that a
-- conversation which the AI leads by itself costs no more than before.
DROP INDEX conversation_recent;
CREATE INDEX conversation_list ON conversation (tenant_id, state, control, last_message_at DESC, id DESC);
CREATE INDEX conversation_assigned ON conversation (tenant_id, assignee_id, last_message_at DESC, id DESC)
  WHERE state = 'open' AND assignee_id IS NOT NULL;
CREATE INDEX conversation_unassigned ON conversation (tenant_id, last_message_at DESC, id DESC)
  WHERE state = 'open' AND assignee_id IS NULL AND (control = 'human' OR needs_person);
CREATE INDEX conversation_waiting ON conversation (tenant_id, last_message_at DESC, id DESC)
  WHERE state = 'open' AND (needs_person OR (control = 'human' AND last_inbound_seq > answered_seq));
CREATE INDEX conversation_failed ON conversation (tenant_id, last_message_at DESC, id DESC)
  WHERE state = 'open' AND send_failed;
CREATE INDEX conversation_snoozed ON conversation (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE TABLE label (
  tenant_id  UUID   NOT NULL REFERENCES tenant (id),
  id         UUID   NOT NULL,
  name       TEXT   NOT NULL,
  -- The name as it is compared: two that look the same are one.
  name_key   TEXT   NOT NULL,
  colour     TEXT   NOT NULL CHECK (colour IN ('grey', 'red', 'yellow', 'green', 'teal', 'blue', 'pink', 'brown')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX label_name ON label (tenant_id, name_key);
ALTER TABLE label ENABLE ROW LEVEL SECURITY;
ALTER TABLE label FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON label
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- The conversations of a label in the order of lists. State and time are the conversation's, written whenever it is.
CREATE TABLE conversation_label (
  tenant_id       UUID   NOT NULL,
  conversation_id UUID   NOT NULL,
  label_id        UUID   NOT NULL,
  state           TEXT   NOT NULL CHECK (state IN ('open', 'snoozed', 'resolved')),
  last_message_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, label_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, label_id) REFERENCES label (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX conversation_label_list
  ON conversation_label (tenant_id, label_id, state, last_message_at DESC, conversation_id DESC);
ALTER TABLE conversation_label ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_label FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON conversation_label
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- What colleagues write to each other beside a conversation. Apart from `message`: nothing that sends, and no model,
-- ever reads this table.
CREATE TABLE note (
  tenant_id       UUID   NOT NULL,
  id              UUID   NOT NULL,
  conversation_id UUID   NOT NULL,
  -- NULL: a program wrote it through the API.
  person_id       UUID,
  text            TEXT   NOT NULL,
  -- The ids of the people it names, a JSON array.
  mentions        JSONB  NOT NULL,
  created_at      BIGINT NOT NULL,
  edited_at       BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX note_thread ON note (tenant_id, conversation_id, created_at DESC, id DESC);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON note
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Who is named in the notes of which conversation.
CREATE TABLE mention (
  tenant_id       UUID   NOT NULL,
  person_id       UUID   NOT NULL,
  conversation_id UUID   NOT NULL,
  note_id         UUID   NOT NULL,
  -- NULL: the person has not looked yet.
  read_at         BIGINT,
  PRIMARY KEY (tenant_id, person_id, conversation_id, note_id),
  FOREIGN KEY (tenant_id, note_id) REFERENCES note (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX mention_unread ON mention (tenant_id, person_id, conversation_id) WHERE read_at IS NULL;
CREATE INDEX mention_of_note ON mention (tenant_id, note_id);
ALTER TABLE mention ENABLE ROW LEVEL SECURITY;
ALTER TABLE mention FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON mention
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
