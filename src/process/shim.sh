#!/bin/sh
# Runs one job in its folder, outlives the process that started it, and leaves no process of the job behind.
#
#   shim.sh FOLDER HARD_SECONDS GRACE_TICKS LOG_BLOCKS BOOT_ID HOST CGROUPS LIMITS WALLS PROGRAM [ARGUMENT...]
#
# It is started in a session of its own, in the job's working directory and with the job's environment, to
# which COX_SHIM adds a random marker. PROGRAM is an absolute path. A tick is 50 ms, a block 512 bytes.
# CGROUPS are folders of control groups, one on a line: made for this job, and removed after it. LIMITS are
# letters of `ulimit` with their values, such as `n 1024 f 2000`. WALLS is `walls` when PROGRAM stands around the
# job's own processes, which are in other process groups, and ends with them; else it is empty.
# In the folder it writes claim (who runs the job), agent (its first process), stdout.log, stderr.log, counts
# (what the groups counted), and end (how it ended). TERM, INT and HUP stop the job, USR1 without any grace.
# Exit status: 75 when another shim has the folder, 73 when the folder cannot be written and nothing was
# run, 74 when only the end could not be written, else 0.

asked=''
trap 'asked=stopped' TERM INT HUP USR1
set -u
finishing=''
. "${0%/*}/tree.sh"

# The command must not depend on what the job's PATH puts in front.
job_path=${PATH-}
PATH=/usr/bin:/bin:$job_path

# Sets `started` as readStartTime of identity.ts reads it.
look_up_start() {
  started=''
  if stat_fields "$1"; then
    # shellcheck disable=SC2086 # fields are numbers and one letter
    set -- $fields
    # Field 22 of proc(5), the 20th behind the name.
    started=${20}
  elif [ ! -r /proc/self/stat ]; then
    # shellcheck disable=SC2046 # split to collapse runs of spaces
    set -- $(LC_ALL=C TZ=UTC ps -o lstart= -p "$1")
    started=$*
  fi
}

# "hold pid" for every process that has one of the job's pipes open: proof of kinship for those that gave up
# the marker, the group and the parents.
pipe_holders() {
  ls -l /proc/[0-9]*/fd 2>/dev/null | OUT=$folder/out ERR=$folder/err awk '
    function ends_with(part) { return length($0) > length(part) && substr($0, length($0) - length(part) + 1) == part }
    /^\/proc\/[0-9]+\/fd:$/ { split($0, path, "/"); next }
    ends_with(" -> " ENVIRON["OUT"]) || ends_with(" -> " ENVIRON["ERR"]) { print "hold", path[3] }'
}

folder=$1
hard_seconds=$2
grace_ticks=$3
log_blocks=$4
boot_id=$5
host=$6
cgroups=$7
limits=$8
walls=$9
shift 9
program=$1
marker=${COX_SHIM-}
unset COX_SHIM
pattern="COX_JOB=$marker"

# With noclobber the creation of the file decides between two shims.
set -C
{ command exec 9>"$folder/claim"; } 2>/dev/null || {
  [ -e "$folder/claim" ] && exit 75
  exit 73
}
set +C
# The dot ends a complete claim. Nothing is started before it is written.
look_up_start $$
printf '%s\n' "$$" "$started" "$boot_id" "$host" "$marker" ${cgroups:+"$cgroups"} . >&9 || exit 73
exec 9>&-

# Room for the end is taken now, so that a full disk cannot keep it from being written.
printf '%63s\n' '' >"$folder/end" || exit 73
mkfifo "$folder/out" "$folder/err" "$folder/deadline" || exit 73

# A reader and a writer at once keeps the opening of the others from waiting.
open_pipe() { command exec 9<>"$1"; }
open_pipe "$folder/out" && exec 3<"$folder/out" 4>"$folder/out" &&
  open_pipe "$folder/err" && exec 5<"$folder/err" 6>"$folder/err" &&
  open_pipe "$folder/deadline" && exec 7<"$folder/deadline" 8>"$folder/deadline" &&
  exec 9>&- || exit 73

# Keeps the first blocks of standard input in a file and throws the rest away, so that the job never waits for
# a reader and never gets SIGPIPE. Exits 3 when something was thrown away, whether for the limit or a full disk.
keep_log() {
  # With the signal ignored, writing beyond the limit is an error of `cat`, and no core file is left.
  (
    trap '' XFSZ
    ulimit -f "$log_blocks"
    exec cat >"$1"
  ) 2>/dev/null && exit 0
  cat >/dev/null
  exit 3
}

# Without the shim, the deadline is still kept. The parent link proves that the pid is still the shim's.
at_deadline() {
  # shellcheck disable=SC2086 # numbers and one letter
  if stat_fields self; then
    set -- $fields
    parent=$2
  else
    parent=$(sh -c 'ps -o ppid= -p $PPID')
  fi
  if [ "$((parent))" = "$$" ]; then kill -ALRM "$$"; else end_tree; fi
}

on_signal() {
  [ -z "$asked$finishing" ] || return 0
  asked=$1
  # While the agent is being started, the one who starts it looks at what was asked.
  [ -z "$agent" ] || end_tree
}

# By `exec`, because a redirection of the function would save the closed writers, and the end of the pipe
# would never be seen.
(
  exec <&3 3<&- 4>&- 5<&- 6>&- 7<&- 8>&-
  keep_log "$folder/stdout.log"
) &
out_keeper=$!
(
  exec <&5 3<&- 4>&- 5<&- 6>&- 7<&- 8>&-
  keep_log "$folder/stderr.log"
) &
err_keeper=$!

# Becomes the program, in the job's groups and under its limits. What cannot be put there must not run.
begin() {
  each_cgroup enter_cgroup || {
    printf '%s: %s: it cannot be put into the control group %s\n' "$0" "$program" "$cgroup" >&2
    exit 126
  }
  # shellcheck disable=SC2086 # letters and numbers
  [ -z "$limits" ] || set_limits $limits
  PATH=$job_path COX_JOB=$marker exec "$@"
}

enter_cgroup() {
  { printf 0 >"$cgroup/cgroup.procs"; } 2>/dev/null
}

# One that cannot be set lies beyond a harder one, which holds. The letter for processes differs among shells.
set_limits() {
  while [ $# -ge 2 ]; do
    ulimit "-$1" "$2" 2>/dev/null || { [ "$1" = u ] && ulimit -p "$2" 2>/dev/null; }
    shift 2
  done
}

trap 'on_signal stopped' TERM INT HUP
trap 'on_signal hard-timeout' ALRM
trap 'grace_ticks=0; on_signal stopped' USR1
input=/dev/null
[ ! -e "$folder/stdin" ] || input=$folder/stdin
exec 9<"$input"
# Whoever has it open could open it anew for writing, walls or not.
[ "$input" = /dev/null ] || rm -f "$input"

# A group of its own, so that `kill 0` in the agent does not reach the shim. dash has no job control without a
# terminal, bash has; setsid is on every Linux and not on macOS.
# By its path, because the job's own PATH would be searched.
setsid=/usr/bin/setsid
[ -x "$setsid" ] || setsid=$(command -v setsid)
if [ -n "$asked" ]; then
  agent=''
elif [ -x "$setsid" ]; then
  begin "$setsid" "$@" <&9 >&4 2>&6 3<&- 4>&- 5<&- 6>&- 7<&- 8>&- 9<&- &
  agent=$!
else
  set -m 2>/dev/null
  begin "$@" <&9 >&4 2>&6 3<&- 4>&- 5<&- 6>&- 7<&- 8>&- 9<&- &
  agent=$!
  # Else `wait` would return when the agent is only paused.
  set +m 2>/dev/null
fi
exec 3<&- 4>&- 5<&- 6>&- 9<&-

status=0
if [ -n "$agent" ]; then
  # The end of the sleep is the end of its pipe. Both are our own children and are ended by SIGKILL, for other
  # signals are lost on a shell that was just forked.
  COX_SHIM=$marker sleep "$hard_seconds" 7<&- &
  timer=$!
  (
    exec <&7 7<&- 8>&-
    read -r line
    at_deadline
  ) &
  timekeeper=$!
  exec 7<&- 8>&-
  look_up_start "$agent"
  printf '%s\n' "$agent" "$started" . 2>/dev/null >"$folder/agent"
  # A request that came while the agent was being started has not been acted on.
  [ -z "$asked" ] || end_tree
  wait "$agent"
  status=$?
  [ -n "$asked" ] || finishing=yes
  # What has run out is no child of ours any more.
  [ "$asked" = hard-timeout ] || kill -KILL "$timekeeper" "$timer" 2>/dev/null
  # Nobody in the groups, or where there are none no marker: no need for the slow look.
  had_cgroups=$cgroups
  if ! drop_cgroups || kill -0 "-$agent" 2>/dev/null || [ ! -r /proc/self/stat ] ||
    { [ -z "$had_cgroups" ] && LC_ALL=C grep -qsF "$pattern" /proc/[0-9]*/environ; }; then
    end_tree
  fi
fi
finishing=yes
await_empty_cgroups

# True for a child that has ended, whether or not it was waited for.
has_ended() {
  if [ -r /proc/self/stat ]; then
    stat_fields "$1" || return 0
  else
    fields=$(ps -o stat= -p "$1")
  fi
  case $fields in '' | Z*) return 0 ;; esac
  return 1
}

keepers_ended() {
  has_ended "$out_keeper" && has_ended "$err_keeper"
}

# With a tree that is gone they have only to write what is still in the pipes. Fails after $1 rounds.
await_keepers() {
  round=0
  until keepers_ended; do
    [ "$round" -lt "$1" ] || return 1
    # The first rounds cost less than starting a `sleep`.
    [ "$round" -lt 20 ] || pause
    round=$((round + 1))
  done
}

# Sets `truncated` when the keeper threw something away, or was itself ended. Signals interrupt a wait, and mean
# nothing any more; but of one that a signal has ended every wait says so.
collect() {
  for _ in 1 2 3 4 5; do
    wait "$1"
    kept=$?
    case $kept in 129 | 130 | 142 | 143) ;; *) break ;; esac
  done
  [ "$kept" -eq 0 ] || truncated=1
}

# Both the keepers and their programs: what has something to read or to write does not sleep until there is more.
keepers_are_behind() {
  process_table | awk -v keepers="$out_keeper $err_keeper" '
    BEGIN { n = split(keepers, pids, " "); for (i = 1; i <= n; i++) ours[pids[i]] = 1 }
    $1 != "mark" && ($1 in ours || $2 in ours) && $5 !~ /^[SIZX]/ { behind = 1 }
    END { exit !behind }'
}

truncated=0
await_keepers 40 || {
  # Somebody of the job still has the pipes.
  [ ! -r /proc/self/stat ] || holders=pipe_holders
  keepers="$out_keeper $err_keeper"
  end_tree
  tries=0
  until await_keepers 40; do
    # Or the machine is so busy, or its disk so slow, that they have not come to it.
    tries=$((tries + 1))
    [ "$tries" -ge 60 ] || ! keepers_are_behind || continue
    # It cannot be found, so the keepers are let go, with what they have.
    agent=''
    pattern="=$marker-none"
    holders=:
    known=$keepers
    signal_tree KILL
    break
  done
}
collect "$out_keeper"
collect "$err_keeper"

# Written in place into the room that was taken, in one call; the dot ends a complete report.
tries=0
until printf '%s %s %s .\n' "${asked:-exited}" "$status" "$truncated" 2>/dev/null 1<>"$folder/end"; do
  [ "$tries" -lt 600 ] || exit 74
  sleep 1
  tries=$((tries + 1))
done
exit 0
