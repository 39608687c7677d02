#!/bin/sh
# Merges branches below auto/: merge-branches.sh [into] [branches...]
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool merge-branches "$@"
