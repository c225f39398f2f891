#!/bin/sh
# The terminal tests need tmux: installs it from Debian's packages if it is
# missing and this is possible; otherwise says that those tests are left out.
command -v tmux >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  (apt-get update && apt-get install -y --no-install-recommends tmux) \
    >/dev/null 2>&1
fi
command -v tmux >/dev/null 2>&1 ||
  echo "tmux is missing and cannot be installed: the terminal tests are left out"
exit 0
