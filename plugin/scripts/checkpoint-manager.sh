#!/bin/sh
# What a session leaves for the next: write, group, task, read, context, handoff, cleanup.
self=$(readlink -f -- "$0") || self=$0
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" checkpoint "$@"
