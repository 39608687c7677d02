#!/bin/sh
# Runs one job in its folder, outlives the process that started it, and leaves no process of the job behind.
#
#   shim.sh run FOLDER HARD_SECONDS GRACE_TICKS LOG_BLOCKS BOOT_ID HOST PROGRAM [ARGUMENT...]
#     Started in a session of its own with the job's environment, plus COX_SHIM: the job's random marker.
#     Files: claim (who runs it), agent (its process), stdout.log, stderr.log, end (how it ended).
#     Exit status: 75 another shim has the folder; 73 the folder cannot be written; else 0.
#   shim.sh sweep MARKER AGENT GRACE_TICKS
#     Ends what is left of a job whose shim is gone. AGENT is a pid whose start time was checked, or -.
#     Exit status: 1 when something could not be ended.
#
# A tick is 50 ms, a block 512 bytes. Signals TERM, INT and HUP stop the job.
# The tree of a job is known by the variable COX_JOB in the environment (where /proc shows it), by the
# process group of the agent and by parents. Nothing is signalled that is not known in one of these ways.

asked=''
trap 'asked=stopped' TERM INT HUP
set -u
agent=''
finishing=''

# The command must not depend on what the job's PATH puts in front.
job_path=${PATH-}
PATH=/usr/bin:/bin:$job_path

# Fields of /proc/PID/stat behind the command's name, which may hold anything: state ppid pgrp session ...
stat_fields() {
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && fields=${line##*) }
}

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

# Every process as "pid ppid pgrp session state", and "mark pid" for those that carry the marker.
process_table() {
  if [ -r /proc/self/stat ]; then
    LC_ALL=C grep -lsF "$pattern" /proc/[0-9]*/environ | sed 's|^/proc/\([0-9]*\)/.*|mark \1|'
    cat /proc/[0-9]*/stat 2>/dev/null |
      sed -n 's|^\([0-9]*\) .*) \([A-Za-z]\) \([0-9]*\) \([0-9]*\) \([0-9]*\) .*|\1 \3 \4 \5 \2|p'
  else
    # `ps` shows no session that could be compared everywhere.
    LC_ALL=C ps -A -o pid= -o ppid= -o pgid= -o stat= | while read -r pid ppid group state; do
      printf '%s %s %s - %s\n' "$pid" "$ppid" "$group" "$state"
    done
  fi
}

# Prints the living processes of the tree. $1 lists pids that are known to belong to it.
# The group of a dead agent still counts: its number is not given away while somebody is in it. When somebody
# lives under the agent's own pid who is not known otherwise, the number was given away and says nothing.
tree_members() {
  process_table | awk -v agent="$agent" -v shim="$$" -v known="$1" '
    BEGIN { n = split(known, pids, " "); for (i = 1; i <= n; i++) ours[pids[i]] = 1 }
    $1 == "mark" { ours[$2] = 1; next }
    $5 !~ /^[ZX]/ { parent[$1] = $2; group[$1] = $3; session[$1] = $4 }
    END {
      if (agent != "" && agent in parent && parent[agent] == shim) ours[agent] = 1
      by_group = agent != "" && (!(agent in parent) || agent in ours)
      do {
        grown = 0
        for (pid in parent) {
          if (pid in ours || pid == shim) continue
          if (parent[pid] in ours || session[pid] in ours || by_group && group[pid] == agent) {
            ours[pid] = 1
            grown = 1
          }
        }
      } while (grown)
      for (pid in parent) if (pid in ours && pid != shim && pid > 1) print pid
    }'
}

# Fails when nobody is left.
signal_tree() {
  members=$(tree_members "$known")
  [ -n "$members" ] || return 1
  # shellcheck disable=SC2086 # a list of pids
  [ "$1" = LOOK ] || kill "-$1" $members 2>/dev/null
  return 0
}

pause() {
  # Whole seconds are all that POSIX promises.
  sleep 0.05 2>/dev/null || sleep 1
}

# Asks the tree to end, and after the grace makes it.
end_tree() {
  signal_tree TERM || return 0
  # A stopped process would not see the request.
  signal_tree CONT || return 0
  tick=0
  while [ "$tick" -lt "$grace_ticks" ]; do
    pause
    signal_tree LOOK || return 0
    tick=$((tick + 1))
  done
  tick=0
  while signal_tree KILL; do
    # What the kernel cannot end in ten seconds hangs on a device, and does nothing more by itself.
    [ "$tick" -lt 200 ] || return 1
    pause
    tick=$((tick + 1))
  done
  return 0
}

if [ "$1" = sweep ]; then
  # Both COX_JOB and COX_SHIM: what the shim left running ends as well.
  pattern="=$2"
  known=''
  [ "$3" = - ] || {
    agent=$3
    known=$3
  }
  grace_ticks=$4
  end_tree
  exit
fi

folder=$2
hard_seconds=$3
grace_ticks=$4
log_blocks=$5
boot_id=$6
host=$7
shift 7
marker=${COX_SHIM-}
unset COX_SHIM
pattern="COX_JOB=$marker"
known=''

# With noclobber the creation of the file decides between two shims.
set -C
{ command exec 9>"$folder/claim"; } 2>/dev/null || {
  [ -e "$folder/claim" ] && exit 75
  exit 73
}
set +C
# The dot ends a complete claim. Nothing is started before it is written.
look_up_start $$
printf '%s\n' "$$" "$started" "$boot_id" "$host" "$marker" . >&9 || exit 73
exec 9>&-

# Room for the end is taken now, so that a full disk cannot keep it from being written.
printf '%63s\n' '' >"$folder/end" || exit 73
mkfifo "$folder/out" "$folder/err" || exit 73

# A reader and a writer at once keep the opening of the others from waiting.
{ command exec 3<>"$folder/out" 4<>"$folder/err"; } || exit 73
exec 5<"$folder/out" 6<"$folder/err" 7>"$folder/out" 8>"$folder/err"
exec 3>&- 4>&-

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

# Calls $2 after $1 seconds; SIGTERM ends both this and the sleep.
after() {
  before=$!
  # `$!` is still the shim's last child until the sleep runs.
  trap '[ "$!" = "$before" ] || kill "$!" 2>/dev/null; exit 0' TERM
  sleep "$1" 2>/dev/null &
  # Some know whole seconds only.
  wait "$!" || {
    sleep "$((${1%.*} + 1))" &
    wait "$!"
  }
  "$2"
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
  # Before the agent runs, `run_agent` looks at what was asked.
  [ -z "$agent" ] || end_tree
}

# By `exec`, because a redirection of the function would save the closed writers, and the end of the pipe
# would never be seen.
(
  exec <&5 5<&- 6<&- 7>&- 8>&-
  keep_log "$folder/stdout.log"
) &
out_keeper=$!
(
  exec <&6 5<&- 6<&- 7>&- 8>&-
  keep_log "$folder/stderr.log"
) &
err_keeper=$!

trap 'on_signal stopped' TERM INT HUP
trap 'on_signal hard-timeout' ALRM
input=/dev/null
[ ! -e "$folder/stdin" ] || input=$folder/stdin

# A group of its own, so that `kill 0` in the agent does not reach the shim. dash has no job control without a
# terminal, bash has; setsid is on every Linux and not on macOS.
if [ -n "$asked" ]; then
  agent=''
elif command -v setsid >/dev/null; then
  PATH=$job_path COX_JOB=$marker setsid "$@" <"$input" >&7 2>&8 5<&- 6<&- 7>&- 8>&- &
  agent=$!
else
  set -m 2>/dev/null
  PATH=$job_path COX_JOB=$marker "$@" <"$input" >&7 2>&8 5<&- 6<&- 7>&- 8>&- &
  agent=$!
  # Else `wait` would return when the agent is only paused.
  set +m 2>/dev/null
fi
exec 5<&- 6<&- 7>&- 8>&-

status=0
if [ -n "$agent" ]; then
  after "$hard_seconds" at_deadline &
  timer=$!
  look_up_start "$agent"
  printf '%s\n' "$agent" "$started" . 2>/dev/null >"$folder/agent"
  # A request that came while the agent was being started has not been acted on.
  [ -z "$asked" ] || end_tree
  wait "$agent"
  status=$?
  [ -n "$asked" ] || finishing=yes
  kill "$timer" 2>/dev/null
  # Nothing in the group and no marker: no need for the slow look.
  if kill -0 "-$agent" 2>/dev/null || [ ! -r /proc/self/stat ] ||
    LC_ALL=C grep -qsF "$pattern" /proc/[0-9]*/environ; then
    end_tree
  fi
fi
finishing=yes

# True for a child that has ended and was not waited for; only /proc tells without waiting.
has_ended() {
  stat_fields "$1" || return 1
  case $fields in Z*) return 0 ;; esac
  return 1
}

# Somebody who cannot be recognised as the job's may hold the pipes: the keepers are not waited for then.
let_go() {
  agent=''
  pattern="=$marker-none"
  known="$out_keeper $err_keeper"
  signal_tree KILL
}

timer=''
has_ended "$out_keeper" && has_ended "$err_keeper" || {
  after 2 let_go &
  timer=$!
}
truncated=0
wait "$out_keeper" || truncated=1
wait "$err_keeper" || truncated=1
[ -z "$timer" ] || kill "$timer" 2>/dev/null

# Written in place into the room that was taken, in one call; the dot ends a complete report.
tries=0
until printf '%s %s %s .\n' "${asked:-exited}" "$status" "$truncated" 2>/dev/null 1<>"$folder/end"; do
  [ "$tries" -lt 600 ] || exit 73
  sleep 1
  tries=$((tries + 1))
done
exit 0
