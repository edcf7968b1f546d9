#!/usr/bin/env bash
# Random faults of lines, servers, partners and strangers for a while: of reports and commands nothing may be lost and nothing doubled, and the memory stays flat.
#   tests/soak.sh [--minutes 30] [--server prosody|ejabberd|both] [--seed N]
#   tests/soak.sh --devices DAYS [--seed N]      twelve devices on four lines instead, in virtual time, and what befalls hardware: 30 days take four minutes
# The native program is published first. Prints the seed at once, so that a run can be repeated, and a table at the end; exit code 0: all as it shall be.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=30 server=both seed=$RANDOM days=
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes) minutes=${2:?}; shift ;;
    --server) server=${2:?}; shift ;;
    --devices) days=${2:?}; shift ;;
    --seed) seed=${2:?}; shift ;;
    *) sed -n '2,5s/^# *//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
if [ -n "$days" ]; then
  dotnet build tests/Devices.Tests/Devices.Tests.csproj -c Release --nologo -v quiet >&2
  export SOAK_DAYS=$days SOAK_SEED=$seed
  echo "seed $seed"
  exec tests/Devices.Tests/bin/Release/net10.0/DerAgent.Devices.Tests -class DerAgent.Devices.Tests.Soak.SoakTests -noColor
fi
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet >&2
dotnet build tests/Integration.Tests/Integration.Tests.csproj -c Release --nologo -v quiet >&2
export DER_AGENT_NATIVE=$PWD/artifacts/aot/der-agent SOAK_SECONDS=$((minutes * 60)) SOAK_SEED=$seed SOAK_SERVER=$server
exec tests/Integration.Tests/bin/Release/net10.0/DerAgent.Integration.Tests -class DerAgent.Integration.Tests.Soak.SoakTests -method '*Nothing_is_lost*' -noColor
