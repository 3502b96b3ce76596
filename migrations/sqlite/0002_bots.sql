-- Bots and what they know.

CREATE TABLE bot (
  tenant_id       BLOB    NOT NULL REFERENCES tenant (id),
  id              BLOB    NOT NULL,
  name            TEXT    NOT NULL,
  enabled         INTEGER NOT NULL,
  instructions    TEXT    NOT NULL,
  -- 'auto': the customer's language; otherwise the ISO 639-1 code every answer is written in.
  language        TEXT    NOT NULL,
  -- The quiet period: an answer waits this long after the last message of a burst…
  reply_delay_ms  INTEGER  NOT NULL CHECK (reply_delay_ms BETWEEN 0 AND 60000),
  -- …but never longer than this after the first.
  max_wait_ms     INTEGER  NOT NULL CHECK (max_wait_ms BETWEEN 0 AND 300000),
  -- NULL: the installation's model.
  model           TEXT,
  -- NULL: the text of the answer's language; '': nothing is said on a handoff.
  handoff_message TEXT,
  -- Raised by every change of the knowledge, so that an index built from it is known to be current.
  knowledge_version INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER  NOT NULL,
  updated_at      INTEGER  NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE knowledge (
  tenant_id  BLOB   NOT NULL,
  id         BLOB   NOT NULL,
  bot_id     BLOB   NOT NULL,
  kind       TEXT   NOT NULL CHECK (kind IN ('qa', 'text')),
  -- The question of a 'qa', the title of a 'text'.
  title      TEXT   NOT NULL,
  content    TEXT   NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX knowledge_of_bot ON knowledge (tenant_id, bot_id, id);
