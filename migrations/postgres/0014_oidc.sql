-- Signing in at the platform's identity provider (OpenID Connect).

-- Who a person is at a provider. The subject never changes there; an address may.
CREATE TABLE identity (
  issuer       TEXT    NOT NULL,
  subject      TEXT    NOT NULL,
  id           UUID    NOT NULL UNIQUE,
  person_id    UUID    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  -- As the provider told it last.
  email        TEXT,
  created_at   BIGINT  NOT NULL,
  last_used_at BIGINT  NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_of_person ON identity (person_id);

-- A browser that has gone to the provider and is to come back, once. Of its state and of the secret in its cookie only the
-- SHA-256 is kept.
CREATE TABLE oidc_flow (
  state_hash   BYTEA   NOT NULL PRIMARY KEY,
  browser_hash BYTEA   NOT NULL,
  -- Who links an identity with their account; NULL: somebody signs in.
  person_id    UUID    REFERENCES person (id) ON DELETE CASCADE,
  -- Where in the dashboard they go afterwards.
  next_path    TEXT,
  created_at   BIGINT  NOT NULL,
  expires_at   BIGINT  NOT NULL
);
CREATE INDEX oidc_flow_expiry ON oidc_flow (expires_at);

-- Somebody whom the provider knows and who has no account yet, until they have said what their business is called.
CREATE TABLE oidc_newcomer (
  token_hash     BYTEA   NOT NULL PRIMARY KEY,
  browser_hash   BYTEA   NOT NULL,
  issuer         TEXT    NOT NULL,
  subject        TEXT    NOT NULL,
  -- Lower case.
  email          TEXT    NOT NULL,
  email_verified BOOLEAN NOT NULL,
  expires_at     BIGINT  NOT NULL
);
CREATE INDEX oidc_newcomer_expiry ON oidc_newcomer (expires_at);
