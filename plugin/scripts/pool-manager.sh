#!/bin/sh
# The pool of worktrees: init, acquire, release, status, merge, cleanup, reset, health, sync.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool "$@"
