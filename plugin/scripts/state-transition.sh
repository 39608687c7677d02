#!/bin/sh
# Where the session stands: init, state, transition, work-type, skills, checkpoint, tokens, resume.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
. "$here/lib/find-cox.sh"
exec "$cox" state "$@"
