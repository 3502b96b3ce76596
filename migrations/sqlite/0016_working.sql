-- Finding things by words. The words are made by the program, alike for both engines: `words` holds them as they are
-- compared, first among them one that names the tenant and the kind.
CREATE TABLE search_document (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Of the message or the contact.
  id     BLOB NOT NULL,
  words  TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
-- Whether a word is there is all that is asked, not where.
CREATE VIRTUAL TABLE search_words USING fts5 (
  words, content = 'search_document', content_rowid = 'seq', tokenize = 'ascii', detail = 'none', columnsize = 0
);
CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN
  INSERT INTO search_words (rowid, words) VALUES (new.seq, new.words);
END;
CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.seq, old.words);
END;
CREATE TRIGGER search_document_changed AFTER UPDATE OF words ON search_document BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.seq, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.seq, new.words);
END;

-- Answers that are given again and again.
CREATE TABLE canned_reply (
  tenant_id  BLOB   NOT NULL REFERENCES tenant (id),
  id         BLOB   NOT NULL,
  -- What is typed after a slash to get it.
  shortcut   TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  text       TEXT   NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX canned_reply_shortcut ON canned_reply (tenant_id, shortcut);

-- Lists of conversations under a name: a person's, or everybody's.
CREATE TABLE saved_filter (
  tenant_id  BLOB   NOT NULL REFERENCES tenant (id),
  id         BLOB   NOT NULL,
  -- NULL: everybody's.
  person_id  BLOB,
  name       TEXT   NOT NULL,
  filter     TEXT  NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX saved_filter_of_person ON saved_filter (tenant_id, person_id);
