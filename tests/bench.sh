#!/usr/bin/env bash
# Prints a table of ratios, each of two things measured side by side in one run. The native program is published first.
#   tests/bench.sh [core] [--against <commit>]
#   tests/bench.sh fuzz [COUNT]     damages that many streams of a server (1 000 000)
#   tests/bench.sh scl              loading SCL files: time, memory, start
#   tests/bench.sh store            the store on disk, full; the server and the native program on it (5 min)
#   tests/bench.sh log              a log queried beside reports (1 min)
#   tests/bench.sh file             a file of 10 MB, and a large directory, got beside reports (3 min)
#   tests/bench.sh recovery         20 outages of 45 s: how long until partners are served again (7 min)
# core: only the rows that need neither an agent nor a server. --against: measures that commit first, and prints its values beside ours.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
  fuzz | log | file)
    dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet >&2
    exec dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll "$@" ;;
  recovery | scl | store)
    case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
    dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet >&2
    dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet >&2
    exec dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll "$1" artifacts/aot/der-agent ;;
esac
kind=all against=
while [ $# -gt 0 ]; do
  case "$1" in
    core) kind=core ;;
    --against) against=$(git rev-parse --short "${2:?--against needs a commit}"); shift ;;
    *) echo "usage: tests/bench.sh [core] [--against <commit>]" >&2; exit 2 ;;
  esac
  shift
done
echo "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ', changed'), compared with ${against:-no other (--against <commit>)}"

# Builds what is in a folder and prints its table.
measure() {
  cd "$1"
  dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet >&2
  if [ "$kind" = core ]; then
    dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll core
    return
  fi
  case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
  dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet >&2
  dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll artifacts/aot/der-agent
}

if [ -z "$against" ]; then
  measure .
  exit
fi

old=$(mktemp -d)
trap 'git worktree remove --force "$old/tree"; rm -rf "$old"' EXIT
git worktree add --quiet --detach "$old/tree" "$against"
# A bound that the other commit misses is its own affair.
(measure "$old/tree") >"$old/table" || true
(measure .) >"$old/ours" && code=0 || code=$?
# Rows are known by what stands before their values, the measured numbers in it left out.
awk '
  { row = $0; sub(/   (<=|goal|shown).*/, "", row); value = ""
    if (match(row, /[0-9]+\.[0-9][0-9]( (B|s|MB|ms))?$/)) { value = substr(row, RSTART); row = substr(row, 1, RSTART - 1) }
    gsub(/[0-9.]+/, "", row); gsub(/ +/, " ", row) }
  NR == FNR { was[row] = value; next }
  { print $0 (row in was ? "   was " was[row] : "   new") }' "$old/table" "$old/ours"
exit "$code"
