#!/usr/bin/env bash
# Starts the unit as shipped under a real systemd in a room of its own, as root, and prints what systemd says of it.
#   systemd-room.sh FOLDER PROGRAM       FOLDER: empty, on a file system with 500 MB to spare; PROGRAM: the native der-agent
# Exit code 77: such a room cannot be made here; the last line says why.
set -euo pipefail
folder=$1 program=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
room=$folder/room
skip() { echo "$1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "a room for systemd needs root"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
# In a mere chroot there are no user namespaces, which the unit's PrivateUsers needs.
unshare -U true 2>/dev/null || skip "the unit's sandbox needs user namespaces, which cannot be had here (in a chroot, say)"
unshare -pfmuiC --mount-proc true 2>/dev/null || skip "namespaces cannot be made here"
. /etc/os-release
sources=(/etc/apt/sources.list.d/*.sources); [ -e "${sources[0]}" ] || sources=(/etc/apt/sources.list)
mmdebstrap --quiet --variant=minbase --include=systemd,libssl3,passwd --skip=check/empty "$VERSION_CODENAME" "$room" "${sources[@]}" || skip "the room could not be filled from the package servers"

install -D -m 755 "$program" "$room/usr/lib/der-agent/der-agent"
install -m 644 "$(dirname "$program")"/*.so "$room/usr/lib/der-agent/"
ln -s /usr/lib/der-agent/der-agent "$room/usr/bin/der-agent"
install -m 644 "$top/install/der-agent.service" "$room/etc/systemd/system/der-agent.service"
chroot "$room" useradd --system --home /var/lib/der-agent --shell /usr/sbin/nologin der-agent
mkdir -p "$room/etc/der-agent" "$room/usr/share/der-agent"
cp -r "$top/device-profiles" "$room/usr/share/der-agent/"
cp "$top/scl/pv-inverter.cid" "$room/etc/der-agent/"
echo secret >"$room/etc/der-agent/dso.secret"
cat >"$room/etc/der-agent/agent.json" <<J
{ "scl": "pv-inverter.cid", "connections": [ { "name": "dso", "jid": "pv1@dso.example/IEC", "servers": ["127.0.0.1:5222"],
  "passwordFile": "dso.secret", "access": [ { "jid": "control@dso.example", "roles": ["OPERATOR"] } ] } ], "devices": { "inv1": { "url": "modbus-tcp://127.0.0.1:1502" } } }
J
mv "$room/etc/der-agent/agent.json" "$room/etc/der-agent/kept.json"
chroot "$room" chown -R der-agent: /etc/der-agent && chmod 600 "$room/etc/der-agent/dso.secret"
chroot "$room" systemctl --quiet enable der-agent
cat >"$folder/boot.sh" <<S
set -e
mount --make-rprivate /
mount --bind $room $room
mount -t proc proc $room/proc
mount -t sysfs -o ro sysfs $room/sys
mount -t cgroup2 cgroup2 $room/sys/fs/cgroup
mount -t tmpfs tmpfs $room/run
mount -t tmpfs tmpfs $room/tmp
mount --rbind /dev $room/dev
cd $room
mkdir -p old
pivot_root . old
umount -l /old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
S
unshare -pfmuiC sh "$folder/boot.sh" >"$folder/boot.log" 2>&1 &
outer=$!
inner=
end() { [ -z "$inner" ] || kill -9 "$inner" 2>/dev/null || true; kill -9 "$outer" 2>/dev/null || true; wait "$outer" 2>/dev/null || true; }
trap end EXIT
ask() { nsenter -t "$inner" -m -p -u -i -C -r -w "$@"; }
for _ in $(seq 150); do
  inner=$(pgrep -P "$outer" | head -n 1 || true)
  [ -n "$inner" ] && state=$(ask systemctl is-system-running 2>/dev/null || true) && case "$state" in running|degraded) break ;; esac
  kill -0 "$outer" 2>/dev/null || skip "systemd did not start: $(tail -n 1 "$folder/boot.log")"
  read -rt 0.2 <> <(:) || true
done
# A line of the kind that the unit lets through: without hardware it says EIO, and not that it is forbidden.
[ -e "$room/dev/ttyS0" ] || { mknod "$room/dev/ttyS0" c 4 64 2>/dev/null && made=$room/dev/ttyS0; } || true
chgrp dialout /dev/ttyS0 2>/dev/null && chmod 660 /dev/ttyS0 2>/dev/null || true
# Enabled, and without its file since the start of the machine, it is inactive, not failed.
ask systemctl show der-agent --property=ActiveState,ConditionResult | sed 's/^/without agent.json: /'
ask mv /etc/der-agent/kept.json /etc/der-agent/agent.json
ask systemctl start der-agent || true
ask systemctl show der-agent --property=ActiveState,SubState,NRestarts,StatusText,Result,WatchdogUSec
main=$(ask systemctl show der-agent --property=MainPID --value)
echo "runtime directory: $(ask stat -c '%U %a' /run/der-agent)"
echo "logs directory: $(ask stat -c '%U %a' /var/log/der-agent)"
echo "serial: $(ask grep -E '^Groups:' "/proc/$main/status" | tr '\t' ' ') dialout $(ask getent group dialout | cut -d: -f3)"
ask systemctl show der-agent --property=DeviceAllow
# Stopped in its tracks, it is ended and started anew.
mkdir -p "$folder/drop" && ask mkdir -p /run/systemd/system/der-agent.service.d
printf '[Service]\nWatchdogSec=6\nTimeoutAbortSec=2\n' | ask tee /run/systemd/system/der-agent.service.d/watchdog.conf >/dev/null
ask systemctl daemon-reload
ask systemctl restart der-agent
main=$(ask systemctl show der-agent --property=MainPID --value)
ask sh -c "kill -STOP $main"
for _ in $(seq 150); do
  [ "$(ask systemctl show der-agent --property=NRestarts --value)" = 1 ] && [ "$(ask systemctl is-active der-agent)" = active ] && break
  read -rt 0.2 <> <(:) || true
done
ask systemctl show der-agent --property=ActiveState,NRestarts | sed 's/^/after watchdog: /'
# Its files broken, it goes on with the last configuration.
echo '{' | ask tee /etc/der-agent/agent.json >/dev/null
ask systemctl restart der-agent || true
ask systemctl show der-agent --property=ActiveState | sed 's/^/with broken files: /'
ask systemctl stop der-agent || true
ask systemctl show der-agent --property=Result,ExecMainStatus | sed 's/^/after stop: /'
ask journalctl --no-pager -u der-agent -n 60 -o short 2>/dev/null | sed 's/^/log: /' || true
ask journalctl --no-pager -u der-agent -p err -o cat 2>/dev/null | sed 's/^/error: /' || true
