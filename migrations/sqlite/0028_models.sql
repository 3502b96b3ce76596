-- Models of a business's own, what its bots may spend, and what was spent.

-- A server of the chat-completions API. What a business has here is asked instead of the installation's.
CREATE TABLE model_server (
  tenant_id        BLOB    NOT NULL REFERENCES tenant (id),
  id               BLOB    NOT NULL,
  -- 0: asked first; 1: asked where that one fails.
  position         INTEGER NOT NULL CHECK (position IN (0, 1)),
  base_url         TEXT    NOT NULL,
  -- Sealed; NULL: it asks for none.
  api_key          BLOB,
  -- The model for each purpose; NULL: the server is not for it.
  answering        TEXT,
  embedding        TEXT,
  transcription    TEXT,
  translation      TEXT,
  -- What a million tokens cost, in millionths of a dollar, for servers that do not tell what an answer cost.
  prompt_price     INTEGER,
  completion_price INTEGER,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX model_server_position ON model_server (tenant_id, position);

-- Counts up with every change of its servers, so that whoever keeps them in memory notices.
ALTER TABLE tenant ADD COLUMN models_version INTEGER NOT NULL DEFAULT 0;
-- What may be used on one day of the business; NULL: as much as it takes. Money in millionths of a dollar.
ALTER TABLE tenant ADD COLUMN tokens_per_day INTEGER;
ALTER TABLE tenant ADD COLUMN cost_per_day INTEGER;
ALTER TABLE bot ADD COLUMN tokens_per_day INTEGER;
ALTER TABLE bot ADD COLUMN cost_per_day INTEGER;

-- What was asked of models on a day of the business.
CREATE TABLE model_use (
  tenant_id         BLOB    NOT NULL REFERENCES tenant (id),
  -- Such as 2026-11-26.
  day               TEXT    NOT NULL,
  -- Zero: for no bot, as a translation for people.
  bot_id            BLOB    NOT NULL,
  purpose           TEXT    NOT NULL CHECK (purpose IN ('answering', 'embedding', 'transcription', 'translation')),
  model             TEXT    NOT NULL,
  calls             INTEGER NOT NULL,
  failures          INTEGER NOT NULL,
  prompt_tokens     INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  -- In millionths of a dollar; NULL: nobody tells.
  cost_micros       INTEGER,
  PRIMARY KEY (tenant_id, day, bot_id, purpose, model)
) STRICT;
