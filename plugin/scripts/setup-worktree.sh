#!/bin/sh
# One worktree outside of the pool: setup-worktree.sh [task] [base]
self=$(readlink -f -- "$0") || self=$0
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool setup-worktree "$@"
