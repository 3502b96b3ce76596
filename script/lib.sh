# shellcheck shell=bash
# What every script here shares. Sourced, never run. Works with bash 3.2 and newer.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A fresh rustup is not yet in the PATH of the shell that installed it.
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
# The browser tests use the system's Chromium; without this, installing their packages downloads another.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename "$0"): $*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT: is version HAVE the same as WANT or newer?
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

# The first dotted number of what a command prints about its version.
version_in() {
  sed -nE 's/^[^0-9]*([0-9]+(\.[0-9]+)*).*/\1/p' | head -n 1
}

# The folder of the newest PostgreSQL server of version 14 or later. Debian keeps the server's programs out of PATH.
find_postgres() {
  local folder version
  while read -r folder; do
    if [ ! -x "$folder/initdb" ] || [ ! -x "$folder/pg_isready" ] || [ ! -x "$folder/postgres" ]; then continue; fi
    version=$("$folder/postgres" --version | version_in)
    if at_least "$version" 14; then
      printf '%s\n' "$folder"
      return
    fi
  done < <(
    dirname "$(command -v postgres || echo /nowhere/postgres)"
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin | sort -rV
  )
  return 1
}

# Installs what web/package-lock.json says, unless that has been done since the file last changed.
install_web_packages() {
  if [ ! web/node_modules/.package-lock.json -nt web/package-lock.json ]; then
    (cd web && npm ci --no-audit --no-fund)
  fi
}
