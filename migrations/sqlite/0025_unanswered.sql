-- What customers asked and a bot did not know: to be taught.

CREATE TABLE unanswered (
  tenant_id       BLOB    NOT NULL REFERENCES tenant (id),
  -- UUIDv7 of the moment it was asked.
  id              BLOB    NOT NULL,
  bot_id          BLOB    NOT NULL,
  conversation_id BLOB    NOT NULL,
  -- The last message of what was asked.
  message_id      BLOB,
  question        TEXT    NOT NULL,
  -- An ISO 639-1 code; NULL: it cannot be told.
  language        TEXT,
  -- unsure: the bot's own rule; no_answer: no stored answer fits, and there is no model; model: it said so.
  reason          TEXT    NOT NULL CHECK (reason IN ('unsure', 'no_answer', 'model')),
  -- What the model said of it.
  detail          TEXT,
  asked_at        INTEGER NOT NULL,
  -- NULL: somebody is to look at it.
  resolution      TEXT CHECK (resolution IN ('taught', 'dismissed')),
  resolved_at     INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX unanswered_open ON unanswered (tenant_id, bot_id, id) WHERE resolution IS NULL;
CREATE INDEX unanswered_of_conversation ON unanswered (tenant_id, conversation_id);
CREATE INDEX unanswered_asked ON unanswered (asked_at);
