#!/bin/sh
# Run once by the postgres image, on an empty volume. Switchboard's role owns its database and is no superuser:
# row-level security, the second wall between tenants, does not hold for superusers. The superuser, whom the image gave
# the same password, is left with none: it gets in through the socket inside the container only.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
CREATE ROLE switchboard LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE switchboard OWNER switchboard ENCODING 'UTF8';
REVOKE ALL ON DATABASE switchboard FROM PUBLIC;
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
