#!/bin/sh
# One worktree outside of the pool: setup-worktree.sh [task] [base]
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool setup-worktree "$@"
