#!/bin/sh
# The pool of worktrees: init, acquire, release, status, merge, cleanup, reset, health, sync.
self=$(readlink -f -- "$0") || self=$0
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool "$@"
