#!/bin/sh
# Merges branches below auto/: merge-branches.sh [into] [branches...]
self=$(readlink -f -- "$0") || self=$0
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" pool merge-branches "$@"
