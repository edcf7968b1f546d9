#!/usr/bin/env bash
# Builds everything, runs every test and prints "N passed, N failed" as its last line.
set -uo pipefail
cd "$(dirname "$0")/.."
dotnet build Agent.sln -c Release --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --solution Agent.sln -c Release --no-build --no-progress "$@" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
count() { grep -E "^ *$1: [0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
# A run that ends badly without a failed test (a crash, nothing found) is a failure all the same.
[ "$code" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
[ "$skipped" -gt 0 ] && echo "$skipped skipped: what they need is not here; each says what"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
