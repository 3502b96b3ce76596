-- Signing in at the platform's identity provider (OpenID Connect).

-- Who a person is at a provider. The subject never changes there; an address may.
CREATE TABLE identity (
  issuer       TEXT    NOT NULL,
  subject      TEXT    NOT NULL,
  id           BLOB    NOT NULL UNIQUE,
  person_id    BLOB    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  -- As the provider told it last.
  email        TEXT,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX identity_of_person ON identity (person_id);

-- A browser that has gone to the provider and is to come back, once. Of its state and of the secret in its cookie only the
-- SHA-256 is kept.
CREATE TABLE oidc_flow (
  state_hash   BLOB    NOT NULL PRIMARY KEY,
  browser_hash BLOB    NOT NULL,
  -- Who links an identity with their account; NULL: somebody signs in.
  person_id    BLOB    REFERENCES person (id) ON DELETE CASCADE,
  -- Where in the dashboard they go afterwards.
  next_path    TEXT,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX oidc_flow_expiry ON oidc_flow (expires_at);

-- Somebody whom the provider knows and who has no account yet, until they have said what their business is called.
CREATE TABLE oidc_newcomer (
  token_hash     BLOB    NOT NULL PRIMARY KEY,
  browser_hash   BLOB    NOT NULL,
  issuer         TEXT    NOT NULL,
  subject        TEXT    NOT NULL,
  -- Lower case.
  email          TEXT    NOT NULL,
  email_verified INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX oidc_newcomer_expiry ON oidc_newcomer (expires_at);
