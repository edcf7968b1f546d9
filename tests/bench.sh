#!/usr/bin/env bash
# Prints a table of ratios, each of two things measured side by side in one run. The native program is published first if it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet
dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet
dotnet tests/Benchmarks/bin/Release/net10.0/DerAgent.Benchmarks.dll artifacts/aot/der-agent
