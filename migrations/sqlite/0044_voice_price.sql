-- What a minute of voice messages costs at a server that does not tell what listening cost, in millionths of a dollar.
ALTER TABLE model_server ADD COLUMN minute_price INTEGER;
