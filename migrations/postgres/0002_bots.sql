-- Bots and what they know.

CREATE TABLE bot (
  tenant_id       UUID    NOT NULL REFERENCES tenant (id),
  id              UUID    NOT NULL,
  name            TEXT    NOT NULL,
  enabled         BOOLEAN NOT NULL,
  instructions    TEXT    NOT NULL,
  -- 'auto': the customer's language; otherwise the ISO 639-1 code every answer is written in.
  language        TEXT    NOT NULL,
  -- The quiet period: an answer waits this long after the last message of a burst…
  reply_delay_ms  BIGINT  NOT NULL CHECK (reply_delay_ms BETWEEN 0 AND 60000),
  -- …but never longer than this after the first.
  max_wait_ms     BIGINT  NOT NULL CHECK (max_wait_ms BETWEEN 0 AND 300000),
  -- NULL: the installation's model.
  model           TEXT,
  -- NULL: the text of the answer's language; '': nothing is said on a handoff.
  handoff_message TEXT,
  -- Raised by every change of the knowledge, so that an index built from it is known to be current.
  knowledge_version BIGINT NOT NULL DEFAULT 0,
  created_at      BIGINT  NOT NULL,
  updated_at      BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE bot ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON bot
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

CREATE TABLE knowledge (
  tenant_id  UUID   NOT NULL,
  id         UUID   NOT NULL,
  bot_id     UUID   NOT NULL,
  kind       TEXT   NOT NULL CHECK (kind IN ('qa', 'text')),
  -- The question of a 'qa', the title of a 'text'.
  title      TEXT   NOT NULL,
  content    TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX knowledge_of_bot ON knowledge (tenant_id, bot_id, id);
ALTER TABLE knowledge ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON knowledge
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
