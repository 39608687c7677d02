#!/bin/sh
# What a session leaves for the next: write, group, task, read, context, handoff, cleanup.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" checkpoint "$@"
