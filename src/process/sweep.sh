#!/bin/sh
# Ends what is left of a job whose shim is gone.
#
#   sweep.sh MARKER SHIM AGENT GRACE_TICKS FOLDER CGROUPS
#     SHIM is the pid that the shim had.
#     AGENT is the agent's pid when its start time was found right, or -. A tick is 50 ms.
#     FOLDER is the job's; CGROUPS are its control groups, one on a line.
#     Exit status: 1 when something could not be ended.

set -u
. "${0%/*}/tree.sh"

# Both COX_JOB and COX_SHIM: what the shim left running ends as well.
pattern="=$1"
dead_shim=$2
[ "$3" = - ] || {
  agent=$3
  known=$3
}
grace_ticks=$4
folder=$5
cgroups=$6
end_tree
ended=$?
await_empty_cgroups
exit "$ended"
