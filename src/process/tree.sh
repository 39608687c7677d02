# Finds the processes of a job and ends them. For shim.sh and sweep.sh, which read this file in.
#
# The tree of a job is known by a variable in the environment (where /proc shows it), by the process group of
# the agent, by parents and sessions, and by the control groups that were made for the job, which nothing leaves
# by itself. Nothing is signalled that is not known in one of these ways.
#
# A process with COX_STOPPED_BY=parent in its environment is not asked to end while one of its parents lives in the
# tree that has it not: that parent tells it in words of its own. It is killed with the others.
#
# Set by the reader: `pattern`, which environments of the tree hold; `grace_ticks` of 50 ms between the polite
# request and the kill; `folder`, the job's; `cgroups`, one on a line. The others narrow or widen the search:
agent=''      # pid and group of the agent
known=''      # pids that belong to the tree, whatever is found about them
holders=:     # names a function that prints "hold pid" for more of them
dead_shim=''  # the shim that is gone; what is left in its group is the job's as well
walls=''      # not empty: the group of the agent only stands around the job's own processes
keepers=''    # our own readers of the job's pipes, which do not count as holders
polite=''     # not empty: those that a parent tells to end are left out
spared=''     # not empty: somebody was

# Fields of /proc/PID/stat behind the command's name, which may hold anything: state ppid pgrp session ...
stat_fields() {
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && fields=${line##*) }
}

# Calls the function for each of the control groups, which is `cgroup` then, until it fails.
each_cgroup() {
  [ -n "$cgroups" ] || return 0
  call=$1
  set -f
  IFS='
'
  # shellcheck disable=SC2086 # split at the ends of lines
  set -- $cgroups
  unset IFS
  set +f
  for cgroup; do
    # Whatever was handed to us, nothing is ever done to folders of others.
    case ${cgroup##*/} in coxswain-*) ;; *) return 1 ;; esac
    "$call" || return 1
  done
}

# "mark pid" for whoever is in a control group, or in one that was made in it.
cgroup_members() {
  find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null | sed 's/^/mark /'
}

# So that nothing can outrun the kill: nothing new begins there, or all of it is killed at one blow.
stop_growth() {
  [ ! -e "$cgroup/pids.max" ] || { printf 0 >"$cgroup/pids.max"; } 2>/dev/null
  [ ! -e "$cgroup/cgroup.kill" ] || { printf 1 >"$cgroup/cgroup.kill"; } 2>/dev/null
  return 0
}

list_counts() {
  for counter in memory.events memory.max memory.oom_control memory.limit_in_bytes \
    memory.max_usage_in_bytes memory.memsw.max_usage_in_bytes pids.events pids.max; do
    [ ! -r "$cgroup/$counter" ] || while read -r line; do
      printf '%s %s\n' "$counter" "$line"
    done <"$cgroup/$counter"
  done
}

# What the kernel counted goes with the groups. Written once: what is done to end the tree must not count.
keep_counts() {
  [ -z "$cgroups" ] || [ -e "$folder/counts" ] || { each_cgroup list_counts >"$folder/counts"; } 2>/dev/null
}

remove_cgroup() {
  rmdir "$cgroup" 2>/dev/null || [ ! -e "$cgroup/cgroup.procs" ] ||
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
  [ ! -d "$cgroup" ]
}

# Fails when somebody is in one of them. Those that are gone are not looked for again.
drop_cgroups() {
  [ -n "$cgroups" ] || return 0
  keep_counts
  each_cgroup : || return 1
  set -f
  IFS='
'
  # shellcheck disable=SC2086 # split at the ends of lines
  set -- $cgroups
  unset IFS
  set +f
  # Mostly one program is enough.
  rmdir "$@" 2>/dev/null || each_cgroup remove_cgroup || return 1
  cgroups=''
}

# The kernel takes a moment with those that were killed. What stays all the same is removed by a later start.
await_empty_cgroups() {
  round=0
  until drop_cgroups; do
    [ "$round" -lt 40 ] || return 0
    pause
    round=$((round + 1))
  done
}

# "$1 pid" for those with the text $2 in their environment.
holding() {
  LC_ALL=C grep -lsF "$2" /proc/[0-9]*/environ | sed "s|^/proc/\([0-9]*\)/.*|$1 \1|"
}

# Every process as "pid ppid pgrp session state", and "mark pid" for those that carry the marker; "told pid" for those
# that a parent tells to end.
process_table() {
  each_cgroup cgroup_members
  if [ -r /proc/self/stat ]; then
    holding mark "$pattern"
    [ -z "$polite" ] || holding told COX_STOPPED_BY=parent
    cat /proc/[0-9]*/stat 2>/dev/null |
      sed -n 's|^\([0-9]*\) .*) \([A-Za-z]\) \([0-9]*\) \([0-9]*\) \([0-9]*\) .*|\1 \3 \4 \5 \2|p'
  else
    # `ps` shows no session that could be compared everywhere.
    LC_ALL=C ps -A -o pid= -o ppid= -o pgid= -o stat= | while read -r pid ppid group state; do
      printf '%s %s %s - %s\n' "$pid" "$ppid" "$group" "$state"
    done
  fi
}

# Prints the living processes of the tree, as "-group" where that is possible: a signal to a group misses nobody
# who is just being forked. A group lies within a session, so all of it is ours, unless the shim is in it.
# `known` lists pids that are known to belong to it, `holders` names
# what else to ask, and `keepers` are our own readers of the pipes.
# Group and session of a dead agent or shim still count: a number is not given away while somebody is in them.
# When somebody lives under it who is not known otherwise, it was given away and says nothing.
tree_members() {
  { process_table && "$holders"; } | awk -v agent="$agent" -v shim="$$" -v dead="$dead_shim" \
    -v known="$known" -v keepers="$keepers" '
    function belongs(pid) {
      if (parent[pid] in ours || session[pid] in ours) return 1
      if (by_group && (group[pid] == agent || session[pid] == agent)) return 1
      return dead != "" && (group[pid] == dead || session[pid] == dead)
    }
    function is_spared(pid, up, steps) {
      if (!(pid in told)) return 0
      # The table is read while numbers are given away, so it may hold a circle.
      for (up = parent[pid]; up in ours && up in parent && steps++ < 1000; up = parent[up])
        if (up != shim && !(up in told)) return 1
      return 0
    }
    BEGIN {
      n = split(known, pids, " ")
      for (i = 1; i <= n; i++) ours[pids[i]] = 1
      n = split(keepers, pids, " ")
      for (i = 1; i <= n; i++) keeps[pids[i]] = 1
    }
    $1 == "mark" { ours[$2] = 1; next }
    $1 == "hold" { holds[$2] = 1; next }
    $1 == "told" { told[$2] = 1; next }
    $5 !~ /^[ZX]/ { parent[$1] = $2; group[$1] = $3; session[$1] = $4 }
    END {
      if (agent != "" && agent in parent && parent[agent] == shim) ours[agent] = 1
      for (pid in holds) if (pid in parent && !(pid in keeps || parent[pid] in keeps)) ours[pid] = 1
      by_group = agent != "" && (!(agent in parent) || agent in ours)
      if (dead in parent) dead = ""
      do {
        grown = 0
        for (pid in parent) {
          if (pid in ours || pid == shim || !belongs(pid)) continue
          ours[pid] = 1
          grown = 1
        }
      } while (grown)
      for (pid in parent) {
        if (!(pid in ours) || pid == shim || pid <= 1 || !is_spared(pid)) continue
        spared[pid] = 1
        alone[group[pid]] = 1
        left_out = "spared"
      }
      if (left_out) print left_out
      for (pid in parent) {
        if (!(pid in ours) || pid == shim || pid <= 1 || pid in spared) continue
        as_group = group[pid] != group[shim] && group[pid] > 1 && !(group[pid] in alone)
        target = as_group ? "-" group[pid] : pid
        if (!(target in printed)) print target
        printed[target] = 1
      }
    }'
}

# Fails when nobody is left. Sets `spared` when TERM left somebody to a parent.
signal_tree() {
  polite=''
  [ "$1" != TERM ] || polite=yes
  members=$(tree_members)
  [ -n "$members" ] || return 1
  case $1,$members in
    LOOK,*) return 0 ;;
    *spared*)
      spared=yes
      members=$(printf '%s\n' "$members" | grep -vxF spared)
      ;;
    TERM,*) spared='' ;;
  esac
  # Walls that are asked to end take everybody within with them, and at once.
  [ -z "$walls" ] || [ "$1" = KILL ] || members=$(printf '%s\n' "$members" | grep -vxF -e "-$agent")
  # shellcheck disable=SC2086 # a list of pids and groups
  [ -z "$members" ] || kill "-$1" $members 2>/dev/null
  return 0
}

pause() {
  # Whole seconds are all that POSIX promises.
  sleep 0.05 2>/dev/null || sleep 1
}

# Once the parent is gone, nobody else asks those that were left to it. Fails when nobody is left.
ask_spared() {
  polite=yes
  case $(tree_members) in
    '') return 1 ;;
    *spared*) return 0 ;;
  esac
  signal_tree TERM
}

# Asks the tree to end, and after the grace makes it.
end_tree() {
  signal_tree TERM || return 0
  # A stopped process would not see the request.
  signal_tree CONT || return 0
  tick=0
  while [ "$tick" -lt "$grace_ticks" ]; do
    pause
    if [ -n "$spared" ]; then ask_spared; else signal_tree LOOK; fi || return 0
    tick=$((tick + 1))
  done
  keep_counts
  each_cgroup stop_growth
  tick=0
  while signal_tree KILL; do
    # What the kernel cannot end in ten seconds hangs on a device, and does nothing more by itself.
    [ "$tick" -lt 200 ] || return 1
    pause
    tick=$((tick + 1))
  done
  return 0
}
