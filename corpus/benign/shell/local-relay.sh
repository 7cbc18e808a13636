#!/usr/bin/env bash
# Make the database's unix socket available on a local port while the migration runs.
set -euo pipefail

socat TCP-LISTEN:5433,bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:/run/postgresql/.s.PGSQL.5432 &
RELAY=$!
trap 'kill "$RELAY"' EXIT

for file in migrations/*.sql; do
  psql -h 127.0.0.1 -p 5433 -d app -v ON_ERROR_STOP=1 -f "$file"
done
