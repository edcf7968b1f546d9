#!/usr/bin/env bash
# Prepares a private XMPP server for trying things out: a throw-away certificate authority, a certificate for localhost, a Prosody
# configuration without privileges, and accounts with random passwords. Start it with FOLDER/start-prosody.
#
#   lab-server.sh FOLDER PORT ACCOUNT...
set -euo pipefail
[ $# -ge 3 ] || { echo "usage: lab-server.sh FOLDER PORT ACCOUNT..." >&2; exit 2; }
folder=$(cd "$1" && pwd) port=$2
shift 2
umask 077
mkdir -p "$folder/prosody-data" "$folder/certs"
echo "$port" >"$folder/port"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=der-agent quickstart CA" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" -keyout "$folder/certs/localhost.key" -out "$folder/server.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n' >"$folder/server.ext"
openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -days 2 -extfile "$folder/server.ext" -out "$folder/certs/localhost.crt" 2>/dev/null

cat >"$folder/prosody.cfg.lua" <<L
$([ "$(id -u)" = 0 ] && echo 'run_as_root = true')
daemonize = false
-- Stanzas are many small tables that die young: this halves what Prosody takes for each.
gc = { mode = "generational" }
pidfile = "$folder/prosody.pid"
data_path = "$folder/prosody-data"
certificates = "$folder/certs"
interfaces = { "127.0.0.1" }
c2s_ports = { $port }
s2s_ports = { }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "smacks", "posix" }
modules_disabled = { "s2s", "offline" }
c2s_require_encryption = true
authentication = "internal_hashed"
storage = "internal"
log = { { levels = { min = "info" }, to = "console" } }
VirtualHost "localhost"
  ssl = { key = "$folder/certs/localhost.key", certificate = "$folder/certs/localhost.crt" }
L
printf '#!/bin/sh\nexec prosody --config "%s/prosody.cfg.lua" -F\n' "$folder" >"$folder/start-prosody"
chmod +x "$folder/start-prosody"

for account in "$@"; do
  openssl rand -hex 16 >"$folder/$account.secret"
  prosodyctl --config "$folder/prosody.cfg.lua" register "$account" localhost "$(cat "$folder/$account.secret")" >/dev/null
done
