-- What bots can do besides answering, and what they did.

CREATE TABLE tool (
  tenant_id    BLOB    NOT NULL REFERENCES tenant (id),
  id           BLOB    NOT NULL,
  bot_id       BLOB    NOT NULL,
  -- By which models call it; of an MCP server, what the names of its tools begin with.
  name         TEXT    NOT NULL,
  enabled      INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  url          TEXT    NOT NULL,
  -- What it is and what it takes.
  definition   TEXT    NOT NULL,
  -- Of the headers that are sealed.
  header_names TEXT    NOT NULL DEFAULT '[]',
  -- Sealed: names and values; NULL: there are none.
  headers      BLOB,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX tool_name ON tool (tenant_id, bot_id, name);

-- Which of the things that every bot can be allowed to do this one may.
ALTER TABLE bot ADD COLUMN abilities TEXT NOT NULL DEFAULT '[]';

CREATE TABLE tool_call (
  tenant_id       BLOB    NOT NULL REFERENCES tenant (id),
  -- UUIDv7 of the moment it began; also the key by which the other side can tell a repetition.
  id              BLOB    NOT NULL,
  conversation_id BLOB    NOT NULL,
  bot_id          BLOB    NOT NULL,
  -- NULL: an ability of every bot.
  tool_id         BLOB,
  name            TEXT    NOT NULL,
  -- The newest message of the customer that the bot had seen.
  seq             INTEGER NOT NULL,
  arguments       TEXT    NOT NULL,
  -- waiting: the customer is asked; running; done; failed; declined: the customer did not agree; unknown: it was begun,
  -- and nobody knows what became of it.
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'declined', 'unknown')),
  -- What the model read of it.
  result          TEXT,
  -- HTTP's.
  status          INTEGER,
  took_ms         INTEGER,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX tool_call_of_conversation ON tool_call (tenant_id, conversation_id, id);
