#!/usr/bin/env bash
# Prints a table of ratios, each of two things measured side by side in one run. The native program is published first if it is not there.
# `tests/bench.sh core` prints the rows that need neither an agent nor a server.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ', changed')"
if [ "${1:-}" = core ]; then
  dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet
  exec dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll core
fi
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet
dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet
dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll artifacts/aot/der-agent
