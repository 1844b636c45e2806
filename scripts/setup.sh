#!/usr/bin/env bash
# Installs what is missing and builds what is out of date; does nothing where all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

# better-sqlite3 would download a binary that no hash is known of: it is compiled from its package, which has one.
export npm_config_build_from_source="${npm_config_build_from_source:-better-sqlite3}"
# The system's own headers spare it a download.
headers=/usr/include/node/node_version.h
if [ -z "${npm_config_nodedir:-}" ] && [ -f "$headers" ] && grep -q "define NODE_MAJOR_VERSION $(node -p 'process.versions.node.split(".")[0]')\$" "$headers"; then
  export npm_config_nodedir=/usr
fi

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing packages (a minute or two the first time) ..." >&2
  npm ci --no-fund --no-audit --loglevel=error >&2
  touch node_modules/.package-lock.json
fi

if [ ! -f dist/.built ] || [ -n "$(find src package.json tsconfig.json tsconfig.build.json -newer dist/.built -print -quit)" ]; then
  echo "Building ..." >&2
  npm run --silent build
fi
