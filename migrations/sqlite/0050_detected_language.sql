-- In which language a customer was last seen to write, an ISO 639-1 code. NULL: that could not be told yet.
ALTER TABLE contact ADD COLUMN detected_language TEXT;
