#!/bin/sh
# Makes ready what the tests use from outside npm: bubblewrap (the sandbox), git-lfs, Chromium, pytest, and shells to
# complete in.
# On Debian as root they are installed; elsewhere the script says what is missing.
# It never fails: a test that needs a missing tool reports itself as skipped.

# Any that Coxswain finds will do.
has_browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

has_pytest() {
  python3 -m pytest --version >/dev/null 2>&1
}

missing=''
command -v bwrap >/dev/null 2>&1 || missing="$missing bubblewrap"
command -v git-lfs >/dev/null 2>&1 || missing="$missing git-lfs"
has_browser || missing="$missing chromium"
has_pytest || missing="$missing python3-pytest"
for shell in zsh fish; do
  command -v "$shell" >/dev/null 2>&1 || missing="$missing $shell"
done
[ -n "$missing" ] || exit 0

# Bounded, so that a machine without a network loses some minutes at most, and not a test run.
install_debian() {
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  # shellcheck disable=SC2086 # $missing is a list of words
  timeout 240 apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null 2>&1
}

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  echo "test setup: installing$missing" >&2
  # The package lists are fetched only when they are not there or too old to be of use.
  install_debian || { timeout 120 apt-get update -qq </dev/null >/dev/null 2>&1 && install_debian; }
fi

still=''
command -v bwrap >/dev/null 2>&1 || still="$still bubblewrap"
command -v git-lfs >/dev/null 2>&1 || still="$still git-lfs"
has_browser || still="$still chromium"
has_pytest || still="$still python3-pytest"
for shell in zsh fish; do
  command -v "$shell" >/dev/null 2>&1 || still="$still $shell"
done
if [ -n "$still" ]; then
  echo "test setup: not found:$still. The tests that need it are skipped; install it with the system's package manager to run them." >&2
fi
exit 0
