# Read by the scripts beside it, with their folder in $here: sets $cox to the program beside this plugin, else to the one
# on the PATH.

cox=$here/../../bin/cox
if ! [ -x "$cox" ]; then
  cox=$(command -v cox) || {
    echo "${0##*/}: there is no cox on the PATH; install it with: npm install -g coxswain" >&2
    exit 127
  }
fi
