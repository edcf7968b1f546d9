#!/usr/bin/env bash
# From nothing to a report: builds der-agent, starts a real XMPP server, a simulated inverter and the agent, and shows what a
# grid operator sees. Everything lives in one temporary folder and on loopback ports, and is gone at the end.
#
#   install/quickstart.sh            run the tour and stop everything
#   install/quickstart.sh --stay     leave all running and print how to look around
#   install/quickstart.sh --aot      use the native (ahead-of-time compiled) program
set -Eeuo pipefail
cd "$(dirname "$0")/.."

stay=false aot=false
for argument in "$@"; do
  case "$argument" in
    --stay) stay=true ;;
    --aot) aot=true ;;
    *) echo "quickstart: unknown option $argument; there are --stay and --aot" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/der-agent.XXXXXX")
pids=()
step="starting"
step() { step=$1; printf '\n== %s\n' "$1"; }
stop_all() {
  for pid in "${pids[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null; done
  for pid in "${pids[@]:-}"; do [ -n "$pid" ] && wait "$pid" 2>/dev/null; done
  rm -rf "$work"
}
fail() {
  trap - EXIT ERR
  echo "quickstart: failed while $step: $1" >&2
  for log in agent prosody sim; do
    [ -s "$work/$log.log" ] && { echo "--- the last lines of $log.log" >&2; tail -n 8 "$work/$log.log" >&2; }
  done
  stop_all || true
  exit 1
}
trap 'fail "${hint:-look at the lines above}"' ERR
trap 'stop_all || true' EXIT
trap 'hint="it was interrupted"; exit 130' INT TERM

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
need() { # command package...
  command -v "$1" >/dev/null 2>&1 && return
  shift
  hint="installing $* needs Debian's packages and root rights; install them by hand and start again"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$work/apt.log" 2>&1
  # Prosody is only used from a private folder here: its own service must not start.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >>"$work/apt.log" 2>&1
  hint=""
}
free_port() { python3 - <<'P' 2>/dev/null || shuf -i 20000-60000 -n 1
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
P
}
wait_for() { # file pattern seconds
  local i
  for ((i = 0; i < $3 * 10; i++)); do
    grep -q -- "$2" "$1" 2>/dev/null && return 0
    sleep 0.1
  done
  return 1
}

step "installing what is missing"
hint="the .NET 10 SDK is missing; install it from https://dotnet.microsoft.com/download"
command -v dotnet >/dev/null
hint=""
need prosody prosody
need openssl openssl
if $aot; then
  need clang clang zlib1g-dev
  [ -e /usr/include/zlib.h ] || { hint="install zlib1g-dev and start again"; as_root apt-get install -y -qq zlib1g-dev >"$work/apt.log" 2>&1; hint=""; }
fi
echo "all there"

step "building"
hint="the build failed; its last lines are above"
if $aot; then
  case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
  dotnet publish src/Agent/Agent.csproj -c Release -r "$rid" -p:PublishAot=true -o artifacts/aot --nologo -v quiet >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; false; }
  agent=(artifacts/aot/der-agent)
else
  dotnet build src/Agent/Agent.csproj -c Release --nologo -v quiet >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; false; }
  agent=(dotnet src/Agent/bin/Release/net10.0/der-agent.dll)
fi
hint=""
echo "${agent[*]}"

step "making a throw-away certificate authority and accounts"
install/lab-server.sh "$work" "$(free_port)" pv1 control view
port=$(cat "$work/port")
echo "accounts pv1, control, view on localhost, port $port"

step "starting the XMPP server (Prosody, unprivileged, private folder)"
hint="Prosody did not start; its log is above"
"$work/start-prosody" >"$work/prosody.log" 2>&1 &
pids+=($!)
wait_for "$work/prosody.log" "Activated service 'c2s'" 15
hint=""

step "starting a simulated PV inverter (Modbus TCP, a process of its own)"
hint="the simulator did not start"
"${agent[@]}" sim sunspec-inverter --listen 127.0.0.1:0 --sun 0.8 >"$work/sim.log" 2>&1 &
pids+=($!)
wait_for "$work/sim.log" "^modbus-tcp://" 15
inverter=$(grep -m1 '^modbus-tcp://' "$work/sim.log")
hint=""
echo "$inverter"

step "starting the agent"
hint="the agent did not connect; its log is above"
mkdir "$work/data"
# An installer puts the account into the SCL file as well: clients find it there.
sed "s/pv1@example.net/pv1@localhost/" scl/pv-inverter.cid >"$work/pv-inverter.cid"
cat >"$work/agent.json" <<J
{
  "scl": "pv-inverter.cid",
  "data": "$work/data",
  "profiles": ["$PWD/device-profiles"],
  "connections": [ {
    "name": "dso", "jid": "pv1@localhost/IEC",
    "servers": ["127.0.0.1:$port"], "ca": "ca.pem", "passwordFile": "pv1.secret",
    "access": [
      { "jid": "control@localhost", "roles": ["DSO_OPERATOR"] },
      { "jid": "view@localhost", "roles": ["MONITOR"] }
    ]
  } ],
  "devices": { "inv1": { "url": "$inverter" } }
}
J
"${agent[@]}" run --config "$work/agent.json" >"$work/agent.log" 2>&1 &
pids+=($!)
wait_for "$work/agent.log" "connected as pv1@localhost/IEC" 20
wait_for "$work/agent.log" "the device answers" 20
hint=""
grep -E "Serving|connected as|answers" "$work/agent.log"

client() { # verb arguments...
  local verb=$1; shift
  "${agent[@]}" client "$verb" --jid control@localhost --password-file "$work/control.secret" --server "127.0.0.1:$port" --ca "$work/ca.pem" --to pv1@localhost/IEC "$@"
}

step "browsing the agent as a grid operator's client"
client browse

step "reading live power with quality and time"
client read 'PV1LD0/MMXU1.TotW[MX]' --watch 1 --count 3

step "limiting the active power to 50 % (direct control with enhanced security)"
client operate PV1LD0/DWMX1.WMaxSptPct 50 --follow 'PV1LD0/MMXU1.TotW[MX]'

step "the measured power has followed"
client read 'PV1LD0/MMXU1.TotW[MX]' 'PV1LD0/DWMX1.WMaxSptPct[MX]' --watch 1 --count 2

step "receiving buffered reports"
client report 'PV1LD0/LLN0.brcbMeas01[BR]' --integrity 1000 --gi --count 3

if $stay; then
  trap - EXIT ERR INT TERM
  cat <<T

== everything is running; its folder is $work
 logs      tail -f $work/agent.log
 client    ${agent[*]} client read --jid control@localhost --password-file $work/control.secret --server 127.0.0.1:$port --ca $work/ca.pem --to pv1@localhost/IEC 'PV1LD0/MMXU1.TotW[MX]' --watch 1
 stop      kill ${pids[*]}; while kill -0 ${pids[*]} 2>/dev/null; do sleep 0.2; done; rm -r $work
T
  exit 0
fi

step "stopping"
trap - EXIT ERR
stop_all || true
echo "The tour is over: everything that was started is stopped."
