-- Contacts, conversations, messages, and what is to leave.

-- A customer of one tenant, known by phone, by business-scoped user id, or both.
CREATE TABLE contact (
  tenant_id      UUID   NOT NULL REFERENCES tenant (id),
  id             UUID   NOT NULL,
  -- Digits only, as Meta writes it.
  phone          TEXT,
  user_id        TEXT,
  parent_user_id TEXT,
  username       TEXT,
  name           TEXT,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK (phone IS NOT NULL OR user_id IS NOT NULL)
);
CREATE UNIQUE INDEX contact_phone ON contact (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX contact_user_id ON contact (tenant_id, user_id) WHERE user_id IS NOT NULL;
ALTER TABLE contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON contact
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- One contact on one number: the unit of order, of control and of work. Whoever changes anything about a conversation
-- or its messages locks this row first and decides only afterwards, on what the lock showed.
CREATE TABLE conversation (
  tenant_id        UUID    NOT NULL,
  id               UUID    NOT NULL,
  number_id        UUID    NOT NULL,
  contact_id       UUID    NOT NULL,
  control          TEXT    NOT NULL CHECK (control IN ('ai', 'human')),
  -- Raised by every change of control: an answer thought out under an older version never leaves.
  control_version  BIGINT  NOT NULL,
  control_reason   TEXT,
  -- The person who took over, if it was one.
  control_by       UUID,
  control_at       BIGINT  NOT NULL,
  handback_at      BIGINT,
  -- A person has to look at this conversation.
  needs_person     BOOLEAN NOT NULL,
  -- The seq of the message that arrived last, of the last one of the customer, and of the last one that was answered.
  last_seq         BIGINT  NOT NULL,
  last_inbound_seq BIGINT  NOT NULL,
  answered_seq     BIGINT  NOT NULL,
  -- When the customer last wrote (Meta's time): the service window is open for 24 hours from then.
  last_inbound_at  BIGINT,
  last_message_at  BIGINT  NOT NULL,
  last_message_id  UUID,
  unread_count     BIGINT  NOT NULL,
  -- When the oldest unanswered message arrived, and when its turn is due; NULL while nothing waits.
  burst_started_at BIGINT,
  turn_due_at      BIGINT,
  turn_attempts    BIGINT  NOT NULL,
  lease_owner      UUID,
  lease_until      BIGINT  NOT NULL,
  -- Raised by every claim: tells an old holder of the lease from a new one.
  fence            BIGINT  NOT NULL,
  -- What the AI would have said when a person took over.
  suggestion       TEXT,
  -- The pair rate limit's theoretical arrival time (one message in six seconds, bursts of 45).
  pair_free_at     BIGINT  NOT NULL,
  created_at       BIGINT  NOT NULL,
  updated_at       BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number_id, contact_id),
  FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
) WITH (fillfactor = 80);
CREATE INDEX conversation_recent ON conversation (tenant_id, last_message_at DESC, id DESC);
CREATE INDEX conversation_of_contact ON conversation (tenant_id, contact_id);
CREATE INDEX conversation_due ON conversation (turn_due_at) WHERE turn_due_at IS NOT NULL;
CREATE INDEX conversation_handback ON conversation (handback_at) WHERE handback_at IS NOT NULL;
ALTER TABLE conversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON conversation
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE message (
  tenant_id       UUID   NOT NULL,
  id              UUID   NOT NULL,
  conversation_id UUID   NOT NULL,
  number_id       UUID   NOT NULL,
  -- The order of arrival within the conversation, without gaps.
  seq             BIGINT NOT NULL,
  direction       TEXT   NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  author          TEXT   NOT NULL CHECK (author IN ('customer', 'ai', 'operator', 'phone', 'api', 'system')),
  person_id       UUID,
  type            TEXT   NOT NULL,
  text            TEXT,
  -- What the text leaves out: media ids, coordinates, choices; for what we send, the body given to Meta.
  payload         JSONB,
  -- The customer asks for an answer: live, in a chat of two, within the service window.
  wants_answer    BOOLEAN NOT NULL,
  wamid           TEXT,
  reply_to        TEXT,
  status          TEXT   NOT NULL CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')),
  error           JSONB,
  customer_reaction TEXT,
  own_reaction    TEXT,
  edited_at       BIGINT,
  revoked_at      BIGINT,
  -- Of an answer: the newest message of the customer it answers, and which part of the answer it is.
  answers_seq     BIGINT,
  part            BIGINT,
  idempotency_key TEXT,
  -- When it was said. People read a conversation in the order of (created_at, seq): the past of a number connected
  -- with its history arrives after the present.
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id)
);
CREATE UNIQUE INDEX message_seq ON message (tenant_id, conversation_id, seq);
CREATE INDEX message_thread ON message (tenant_id, conversation_id, created_at DESC, seq DESC);
-- A message delivered twice is stored once.
CREATE UNIQUE INDEX message_wamid ON message (tenant_id, number_id, wamid) WHERE wamid IS NOT NULL;
-- Two workers may think about one burst; one of them speaks.
CREATE UNIQUE INDEX message_answer ON message (tenant_id, conversation_id, answers_seq, part) WHERE answers_seq IS NOT NULL;
CREATE UNIQUE INDEX message_idempotency ON message (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON message
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Messages that are to leave. A row lives until its fate is known, so the table stays as small as the backlog.
CREATE TABLE outbox (
  tenant_id       UUID   NOT NULL,
  message_id      UUID   NOT NULL,
  conversation_id UUID   NOT NULL,
  number_id       UUID   NOT NULL,
  -- Ascending within a conversation: given out while the conversation's row is locked.
  position        BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  state           TEXT   NOT NULL CHECK (state IN ('queued', 'sending', 'unknown')),
  -- Of what the AI says: the control it was thought out under. NULL: a person's, which takeover does not stop.
  control_version BIGINT,
  -- queued: not before; sending: when the lease lapses; unknown: when it may be sent again.
  due_at          BIGINT NOT NULL,
  attempts        BIGINT NOT NULL,
  lease_owner     UUID,
  created_at      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, message_id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id)
) WITH (fillfactor = 80);
CREATE INDEX outbox_order ON outbox (tenant_id, conversation_id, position);
CREATE INDEX outbox_due ON outbox (due_at);
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON outbox
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- A status may overtake the answer to the call that sent the message. It waits here until the message has its wamid.
CREATE TABLE early_status (
  tenant_id UUID   NOT NULL REFERENCES tenant (id),
  number_id UUID   NOT NULL,
  wamid     TEXT   NOT NULL,
  status    TEXT   NOT NULL CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
  error     JSONB,
  at        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, number_id, wamid)
);
CREATE INDEX early_status_age ON early_status (at);
ALTER TABLE early_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE early_status FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON early_status
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
