#!/usr/bin/env bash
# Compares the live warehouse with the roster after a deployment, from the version on that has the command.
set -euo pipefail
if npx one-env --help | grep -q '^ *audit '; then
  npx one-env audit
else
  echo "this version has no audit yet"
fi
