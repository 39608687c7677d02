#!/bin/sh
# Ends what is left of a job whose shim is gone.
#
#   sweep.sh MARKER AGENT GRACE_TICKS
#     AGENT is the agent's pid when its start time was found right, or -. A tick is 50 ms.
#     Exit status: 1 when something could not be ended.

set -u
. "${0%/*}/tree.sh"

# Both COX_JOB and COX_SHIM: what the shim left running ends as well.
pattern="=$1"
[ "$2" = - ] || {
  agent=$2
  known=$2
}
grace_ticks=$3
end_tree
