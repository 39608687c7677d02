#!/bin/sh
# Where the session stands: init, state, transition, work-type, skills, checkpoint, tokens, resume.
self=$(readlink -f -- "$0") || self=$0
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" state "$@"
