-- Models of a business's own, what its bots may spend, and what was spent.

-- A server of the chat-completions API. What a business has here is asked instead of the installation's.
CREATE TABLE model_server (
  tenant_id        UUID    NOT NULL REFERENCES tenant (id),
  id               UUID    NOT NULL,
  -- 0: asked first; 1: asked where that one fails.
  position         BIGINT NOT NULL CHECK (position IN (0, 1)),
  base_url         TEXT    NOT NULL,
  -- Sealed; NULL: it asks for none.
  api_key          BYTEA,
  -- The model for each purpose; NULL: the server is not for it.
  answering        TEXT,
  embedding        TEXT,
  transcription    TEXT,
  translation      TEXT,
  -- What a million tokens cost, in millionths of a dollar, for servers that do not tell what an answer cost.
  prompt_price     BIGINT,
  completion_price BIGINT,
  created_at       BIGINT  NOT NULL,
  updated_at       BIGINT  NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX model_server_position ON model_server (tenant_id, position);
ALTER TABLE model_server ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_server FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON model_server
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Counts up with every change of its servers, so that whoever keeps them in memory notices.
ALTER TABLE tenant ADD COLUMN models_version BIGINT  NOT NULL DEFAULT 0;
-- What may be used on one day of the business; NULL: as much as it takes. Money in millionths of a dollar.
ALTER TABLE tenant ADD COLUMN tokens_per_day BIGINT;
ALTER TABLE tenant ADD COLUMN cost_per_day BIGINT;
ALTER TABLE bot ADD COLUMN tokens_per_day BIGINT;
ALTER TABLE bot ADD COLUMN cost_per_day BIGINT;

-- What was asked of models on a day of the business.
CREATE TABLE model_use (
  tenant_id         UUID    NOT NULL REFERENCES tenant (id),
  -- Such as 2026-11-26.
  day               TEXT    NOT NULL,
  -- Zero: for no bot, as a translation for people.
  bot_id            UUID    NOT NULL,
  purpose           TEXT    NOT NULL CHECK (purpose IN ('answering', 'embedding', 'transcription', 'translation')),
  model             TEXT    NOT NULL,
  calls             BIGINT  NOT NULL,
  failures          BIGINT  NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  -- In millionths of a dollar; NULL: nobody tells.
  cost_micros       BIGINT,
  PRIMARY KEY (tenant_id, day, bot_id, purpose, model)
);
ALTER TABLE model_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_use FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON model_use
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
