-- A rotation of data keys. What is done and what is not stands in the keys themselves: a key made before the rotation began
-- is to be replaced. This row only keeps when that was, so that an interrupted rotation goes on instead of beginning anew.
CREATE TABLE key_rotation (
  id          UUID   NOT NULL PRIMARY KEY,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT
);
