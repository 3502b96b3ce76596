-- What bots can do besides answering, and what they did.

CREATE TABLE tool (
  tenant_id    UUID    NOT NULL REFERENCES tenant (id),
  id           UUID    NOT NULL,
  bot_id       UUID    NOT NULL,
  -- By which models call it; of an MCP server, what the names of its tools begin with.
  name         TEXT    NOT NULL,
  enabled      BOOLEAN NOT NULL,
  url          TEXT    NOT NULL,
  -- What it is and what it takes.
  definition   JSONB   NOT NULL,
  -- Of the headers that are sealed.
  header_names JSONB   NOT NULL DEFAULT '[]',
  -- Sealed: names and values; NULL: there are none.
  headers      BYTEA,
  created_at   BIGINT  NOT NULL,
  updated_at   BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, bot_id) REFERENCES bot (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tool_name ON tool (tenant_id, bot_id, name);
ALTER TABLE tool ENABLE ROW LEVEL SECURITY;
ALTER TABLE tool FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tool
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Which of the things that every bot can be allowed to do this one may.
ALTER TABLE bot ADD COLUMN abilities JSONB NOT NULL DEFAULT '[]';

CREATE TABLE tool_call (
  tenant_id       UUID    NOT NULL REFERENCES tenant (id),
  -- UUIDv7 of the moment it began; also the key by which the other side can tell a repetition.
  id              UUID    NOT NULL,
  conversation_id UUID    NOT NULL,
  bot_id          UUID    NOT NULL,
  -- NULL: an ability of every bot.
  tool_id         UUID,
  name            TEXT    NOT NULL,
  -- The newest message of the customer that the bot had seen.
  seq             BIGINT  NOT NULL,
  arguments       JSONB   NOT NULL,
  -- waiting: the customer is asked; running; done; failed; declined: the customer did not agree; unknown: it was begun,
  -- and nobody knows what became of it.
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'declined', 'unknown')),
  -- What the model read of it.
  result          TEXT,
  -- HTTP's.
  status          BIGINT,
  took_ms         BIGINT,
  created_at      BIGINT  NOT NULL,
  updated_at      BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX tool_call_of_conversation ON tool_call (tenant_id, conversation_id, id);
ALTER TABLE tool_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE tool_call FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON tool_call
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
