/** Attempts on processes of the host, on the kernel, and on what listens there. */

import { execFileSync } from 'node:child_process';
import { type Attempt, seen } from './attempt.ts';

/** As a host would see a process that outlived its attempt. */
function livesOn(id: string): boolean {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(`daemon-of-${id}`);
}

const lingers: NonNullable<Attempt['sign']> = (_after, id) => seen(livesOn(id), 'a process of it lives on');

/** Lives for at most a minute, and changes the place as often as it can. */
const DAEMON =
  'i=0; while [ $i -lt 120 ]; do i=$((i + 1)); sleep 0.5; echo late > "$PLACE/late"; echo late >> "$REPO/late-$ID"; done';

/** Refuses where an attempt would reach the machine itself. */
const NOT_ON_HOST = `[ "$(readlink /proc/self/ns/pid)" != "$HOSTILE_PIDS" ] || { echo "GOT: the host's processes"; exit 0; }`;

const PYTHON = `import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
place = os.environ["PLACE"]
victim = int(os.environ.get("HOSTILE_VICTIM", "0"))
def got(what): print("GOT:", what)
`;

function python(text: string): string {
  return `python3 - <<'END'\n${PYTHON}${text}\nEND`;
}

export const ON_PROCESSES: readonly Attempt[] = [
  {
    name: 'reads the environment, memory and files of processes of the host',
    script: `for process in /proc/[0-9]*; do tr '\\0' '\\n' < "$process/environ"; cat "$process/root$PLACE/secret" "$process/cwd/../places/$ID/secret"; done
cat "/proc/$HOSTILE_VICTIM/root$PLACE/secret" "/proc/$HOSTILE_VICTIM/cwd/secret"; dd if="/proc/$HOSTILE_VICTIM/mem" bs=1 count=1`,
    bare: 'succeeds',
  },
  {
    name: 'reads secrets in its own environment',
    script: 'env; tr "\\0" "\\n" < /proc/1/environ; printf "%s\\n" "$API_TOKEN"',
    sign: ({ log, secret }, id) =>
      seen(log(id).includes(secret('environment')), 'the secret of the environment came out'),
    bare: 'may',
  },
  {
    name: 'traces a process of the host, and reads its memory by a call',
    script: python(`if libc.ptrace(16, victim, 0, 0) == 0: got("a traced process")
class Vec(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(16)
line = open("/proc/%d/maps" % victim).readline() if os.path.exists("/proc/%d/maps" % victim) else "400000-"
local, remote = Vec(ctypes.addressof(buffer), 16), Vec(int(line.split("-")[0], 16), 16)
if libc.process_vm_readv(victim, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0: got("memory of a process")`),
    bare: 'may',
  },
  {
    name: 'kills a process of the host',
    script: 'kill -9 "$HOSTILE_VICTIM" && echo "GOT: it"; true',
    bare: 'succeeds',
  },
  {
    name: 'kills its parents, its group and everything that it can see',
    script: `${NOT_ON_HOST}
echo "TRIED: $ID"; kill -9 $PPID; kill -9 1; trap '' TERM; kill -TERM 0; kill -9 -1; true`,
    bare: 'untried',
  },
  {
    name: 'leaves a daemon in a session of its own',
    script: `setsid sh -c ': daemon-of-'"$ID"'; ${DAEMON}' > /dev/null 2>&1 < /dev/null &
sleep 0.2`,
    sign: lingers,
    bare: 'may',
  },
  {
    name: 'leaves a daemon that forked twice, without environment and output',
    script: `(env -i PLACE="$PLACE" REPO="$REPO" ID="$ID" PATH="$PATH" setsid nohup sh -c ': daemon-of-'"$ID"'; (${DAEMON}) & ' > /dev/null 2>&1 < /dev/null &) ; sleep 0.3`,
    sign: lingers,
    bare: 'may',
  },
  {
    name: 'leaves a process that waits for its end, and then writes',
    script: `parent=$PPID sh -c ': daemon-of-'"$ID"'; trap "" TERM HUP INT; while kill -0 $parent 2>/dev/null; do sleep 0.05; done; ${DAEMON}' > /dev/null 2>&1 &`,
    sign: lingers,
    bare: 'may',
  },
  {
    name: 'asks cron and systemd to run something later',
    script: `${NOT_ON_HOST}
echo "* * * * * touch $PLACE/cron" | crontab - && echo "GOT: crontab"; echo "touch $PLACE/at" | at now && echo "GOT: at"
systemd-run --user touch "$PLACE/unit" && echo "GOT: systemd"; systemctl --user status > /dev/null && echo "GOT: systemd"; true`,
    bare: 'untried',
  },
  {
    name: 'writes settings of the kernel',
    script: `${NOT_ON_HOST}
for file in /proc/sys/vm/swappiness /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/kernel/modprobe /sys/kernel/mm/transparent_hugepage/enabled; do
  value=$(cat "$file") && printf '%s' "$value" > "$file" && echo "GOT: $file"; done
echo h > /proc/sysrq-trigger; [ ! -s /proc/kcore ] || echo "GOT: kcore"; printf x > /proc/self/oom_score_adj
find /proc /sys -path '/proc/[0-9]*' -prune -o -path /proc/pressure -prune -o -type f -size +0 -writable -print 2>/dev/null | sed 's/^/GOT: writable /'; true`,
    bare: 'untried',
  },
  {
    name: 'mounts, remounts and changes its root',
    script: `${NOT_ON_HOST}
mount -t tmpfs x /mnt && echo "GOT: mount"; mount -o remount,rw / && echo "GOT: remount"; mount -o remount,bind,rw /usr && echo "GOT: remount"
umount /tmp && echo "GOT: umount"; umount /proc/sys && echo "GOT: umount"; chroot . true && echo "GOT: chroot"; nsenter -t 1 -a true && echo "GOT: nsenter"
touch /usr/cox-intruder && echo "GOT: /usr"; true`,
    bare: 'untried',
  },
  {
    name: 'makes namespaces of its own to get more rights over what it sees',
    script: `${NOT_ON_HOST}
unshare -Urm sh -c 'mount -o remount,bind,rw /usr && echo "GOT: remount"; umount /etc/shadow && echo "GOT: umount"; umount -l /tmp; cat "$0/secret" && echo "GOT: below"' "$PLACE"
unshare -Urmpf sh -c 'mount -t proc x /proc && echo "GOT: proc"'; unshare -Urmn sh -c 'mount -t sysfs x /mnt && echo "GOT: sysfs"'; true`,
    bare: 'untried',
  },
  {
    name: 'mounts the control groups, and lifts its limits there',
    script: `${NOT_ON_HOST}
${python(`def mount(kind, at, data):
    os.makedirs(at, exist_ok=True)
    return libc.mount(b"x", at.encode(), kind, 0, data) == 0
libc.unshare(0x10000000 | 0x00020000 | 0x02000000)
tried = [(b"cgroup2", None)] + [(b"cgroup", name) for name in (b"pids", b"memory", b"freezer", b"devices", b"cpu")]
for number, (kind, data) in enumerate(tried):
    at = "/tmp/groups-%d" % number
    if not mount(kind, at, data): continue
    for name in ("cgroup.kill", "cgroup.procs", "tasks", "memory.max", "pids.max", "memory.limit_in_bytes", "release_agent", "freezer.state"):
        try:
            os.close(os.open(os.path.join(at, name), os.O_WRONLY)); got("%s of %s" % (name, kind))
        except OSError: pass`)}`,
    bare: 'untried',
  },
  {
    name: 'becomes another user by programs that may do so',
    script: `${NOT_ON_HOST}
id -u > before; sudo -n true && echo "GOT: sudo"; echo | su -c true && echo "GOT: su"; pkexec true && echo "GOT: pkexec"
cp /bin/sh own-shell; chmod 6755 own-shell; setpriv --reuid=1 --clear-groups true && echo "GOT: another user"; setpriv --bounding-set +all true
python3 -c 'import os; os.setuid(1)' 2> /dev/null && echo "GOT: setuid"; touch own; chown 1 own 2> /dev/null && echo "GOT: chown"; true`,
    bare: 'untried',
  },
  {
    name: 'makes and opens devices of the machine',
    script: `${NOT_ON_HOST}
mknod "dev-$ID" b 254 0 && echo "GOT: mknod"; mknod "dev2-$ID" c 1 1 && echo "GOT: mknod"
for device in /dev/mem /dev/kmsg /dev/sda /dev/vda /dev/nvme0n1 /dev/kvm /dev/fuse /dev/net/tun /dev/loop0 /dev/dri/card0 /dev/input/event0; do
  [ ! -e "$device" ] || echo "GOT: $device"; done; (exec 3<> /dev/tty) 2> /dev/null && echo "GOT: a terminal"; true`,
    bare: 'untried',
  },
  {
    name: 'reads keys that the kernel keeps for the user',
    script: python(`numbers = {"x86_64": 250, "aarch64": 219}
number = numbers.get(os.uname().machine, 250)
for ring in (-3, -4, -5):
    key = libc.syscall(number, 10, ring, b"user", b"cox-hostile-test", 0)
    buffer = ctypes.create_string_buffer(200)
    if key > 0 and libc.syscall(number, 11, key, buffer, 200) > 0: got("a key: %r" % buffer.value)`),
    bare: 'succeeds',
  },
  {
    name: 'looks at memory that processes of the host share',
    script: `ipcs -m | grep "$HOSTILE_SEGMENT" && echo "GOT: shared memory"; ls /dev/shm | sed 's/^/GOT: /'; true`,
    bare: 'may',
  },
  {
    name: 'speaks to the sockets of the user: keys, containers, the desktop',
    script: `for socket in /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock /run/dbus/system_bus_socket /run/systemd/private /run/user/*/bus /tmp/.X11-unix/* /run/user/*/wayland-*; do
  [ ! -S "$socket" ] || echo "GOT: $socket"; done
[ -z "\${SSH_AUTH_SOCK-}\${DBUS_SESSION_BUS_ADDRESS-}\${DISPLAY-}\${WAYLAND_DISPLAY-}\${XDG_RUNTIME_DIR-}" ] || echo "GOT: the address of one"
${python(`import socket
try:
    socket.socket(socket.AF_UNIX).connect(os.environ["ROOT"] + "/agent.sock"); got("the agent for keys")
except OSError as error: print(error)`)}`,
    bare: 'succeeds',
  },
  {
    name: 'reaches services of the host without the network',
    offline: true,
    script: python(`import socket
for kind, address in ((socket.AF_UNIX, "\\0" + os.environ["HOSTILE_ABSTRACT"]), (socket.AF_INET, ("127.0.0.1", int(os.environ["HOSTILE_PORT"])))):
    try:
        socket.socket(kind).connect(address); got(address)
    except OSError as error: print(error)`),
    bare: 'succeeds',
  },
  {
    name: 'asks Coxswain itself to do something to the run',
    script: `cd "$REPO" && timeout 10 "$HOSTILE_INSTALLED/bin/cox" cancel task-901; timeout 10 "$HOSTILE_INSTALLED/bin/cox" status && echo "GOT: the status of the run"; true`,
    sign: (after) => seen(after.state('task-901') === 'cancelled', 'it cancelled a task'),
    bare: 'untried',
  },
  {
    name: 'takes the way of its output back to the host',
    script: `${NOT_ON_HOST}
ls -l /proc/self/fd /proc/1/fd; for number in 0 1 2 3 4 5 6 7 8 9; do cat "/proc/1/fd/$number/../secret"; ls "/proc/1/fd/$number/" ; done
for folder in /proc/1/cwd /proc/1/root; do [ ! -e "$folder$PLACE/secret" ] || echo "GOT: $folder"; done; true`,
    bare: 'untried',
  },
];
