-- The templates of an account, as Meta last told of them.

CREATE TABLE template (
  tenant_id        UUID    NOT NULL,
  -- Our id of the account.
  waba_id          UUID    NOT NULL,
  -- Meta's id.
  template_id      TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  language         TEXT    NOT NULL,
  category         TEXT,
  -- In Meta's words: APPROVED, PENDING, REJECTED, PAUSED, …
  status           TEXT    NOT NULL,
  -- Why it was rejected or paused, in Meta's words.
  reason           TEXT,
  parameter_format TEXT,
  -- As Meta defines them. JSON.
  components       JSONB   NOT NULL,
  updated_at       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, waba_id, template_id),
  FOREIGN KEY (tenant_id, waba_id) REFERENCES waba (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX template_name ON template (tenant_id, waba_id, name, language);

-- When the templates were last read from Meta; NULL: never, or Meta has told of one that is not known.
ALTER TABLE waba ADD COLUMN templates_read_at BIGINT;

ALTER TABLE template ENABLE ROW LEVEL SECURITY;
ALTER TABLE template FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON template
  USING (current_setting('switchboard.tenant', true) = '*' OR tenant_id::text = current_setting('switchboard.tenant', true));
