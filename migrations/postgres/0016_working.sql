-- Finding things by words. The words are made by the program, alike for both engines: `words` holds them as they are
-- compared, first among them one that names the tenant and the kind.
--
-- No policy guards this table, and its column is no `tenant_id`: under one, PostgreSQL does not use the index of
-- `words`, for its operator might leak what the policy hides. So every query names the tenant by its word, and what it
-- finds is ids and nothing else: what they stand for is read from `message` and `contact`, behind their walls.
CREATE TABLE search_document (
  tenant UUID     NOT NULL REFERENCES tenant (id),
  seq    BIGINT   NOT NULL GENERATED ALWAYS AS IDENTITY,
  -- Of the message or the contact.
  id     UUID     NOT NULL,
  words  TSVECTOR NOT NULL,
  PRIMARY KEY (tenant, seq),
  UNIQUE (tenant, id)
);
CREATE INDEX search_document_words ON search_document USING gin (words);

-- Answers that are given again and again.
CREATE TABLE canned_reply (
  tenant_id  UUID   NOT NULL REFERENCES tenant (id),
  id         UUID   NOT NULL,
  -- What is typed after a slash to get it.
  shortcut   TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  text       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX canned_reply_shortcut ON canned_reply (tenant_id, shortcut);
ALTER TABLE canned_reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE canned_reply FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON canned_reply
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));

-- Lists of conversations under a name: a person's, or everybody's.
CREATE TABLE saved_filter (
  tenant_id  UUID   NOT NULL REFERENCES tenant (id),
  id         UUID   NOT NULL,
  -- NULL: everybody's.
  person_id  UUID,
  name       TEXT   NOT NULL,
  filter     JSONB  NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX saved_filter_of_person ON saved_filter (tenant_id, person_id);
ALTER TABLE saved_filter ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_filter FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON saved_filter
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
