#!/bin/bash
# Creates a folder with Wine and the Windows build of Deno, so that the Windows
# programs run on a Debian machine. Takes about two minutes and 1.6 GB the first
# time, and a second later on. Needs the superuser, Debian's packages and the npm
# registry; if something is missing, prints one line and exits with code 3.
#
#     bash tests/windows/setup.sh        prints the folder as its last line
#
#     FOLDER/windeno ARGS...     the Windows deno.exe, in the current folder
#     FOLDER/win wine PROGRAM    any other Windows program
#
# MESSENGER_WINE names a folder to use instead of the one in the user's cache. The
# distribution is newer than that of most machines because V8 does not start in Wine 8.
set -euo pipefail
root=${MESSENGER_WINE:-${XDG_CACHE_HOME:-$HOME/.cache}/messenger/wine}
suite=trixie
version=$(sed -nE 's/.*deno@([0-9.]+).*/\1/p' "$(dirname "$0")/../../.ci/run" | head -n 1)
log=$root.log

missing() {
  echo "Windows is not tested: $*" >&2
  exit 3
}

[ "$(uname -m)" = x86_64 ] || missing "this is no x86-64 machine"
[ "$(id -u)" = 0 ] || missing "only the superuser can set Wine up"
command -v apt-get >/dev/null || missing "this is not Debian"
unshare --mount --pid --fork true 2>/dev/null ||
  missing "this machine lets nobody mount"
mkdir -p "$root"
# One set-up at a time: the tests on Windows and those of the executables need it.
exec 9>"$root.lock"
flock 9
: >"$log"

install_tools() {
  local packages=()
  command -v debootstrap >/dev/null || packages+=(debootstrap)
  command -v unshare >/dev/null || packages+=(util-linux)
  command -v npm >/dev/null || packages+=(npm)
  [ ${#packages[@]} = 0 ] && return
  apt-get -o DPkg::Lock::Timeout=60 update &&
    apt-get -o DPkg::Lock::Timeout=60 install -y --no-install-recommends "${packages[@]}"
}

# Prints the package mirror of this machine.
mirror() {
  awk '/^URIs:/ {print $2; exit}
       $1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) {print $i; exit}}' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list \
    /etc/apt/sources.list.d/*.list 2>/dev/null
}

make_debian() {
  [ -e "$root/.debian" ] && return
  local script=/usr/share/debootstrap/scripts/$suite
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  timeout 400 debootstrap --variant=minbase --arch=amd64 "$suite" "$root" "$(mirror)" "$script"
  mkdir -p "$root/host" "$root/w"
  touch "$root/.debian"
}

# Writes the commands. Each call of one has its own mounts, processes and /tmp, and so
# its own Wine server. When the command ends or is killed, everything in it ends, too,
# and nothing stays mounted.
write_commands() {
  cat >"$root/win.new" <<'W'
#!/bin/bash
WINE_FOLDER=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) WINE_CWD=$PWD
export WINE_FOLDER WINE_CWD
exec unshare --mount --propagation private --pid --fork --kill-child=SIGKILL -- bash -c '
  set -e; r=$WINE_FOLDER
  mount -t proc proc "$r/proc"; mount --rbind /dev "$r/dev"; mount --rbind / "$r/host"
  mount -t tmpfs -o mode=1777 tmp "$r/tmp"
  set +e
  chroot "$r" /usr/bin/env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin \
    TERM="${TERM:-xterm}" LANG=C.UTF-8 XDG_RUNTIME_DIR=/tmp WINEPREFIX=/wp \
    WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winewayland.drv=" \
    DENO_NO_UPDATE_CHECK=1 "DENO_DIR=Z:\\w\\deno" ${WINE_VARIABLE:+"$WINE_VARIABLE"} \
    bash -c "cd \"/host\$0\" 2>/dev/null || cd /w; exec \"\$@\"" "$WINE_CWD" "$@"
  exit $?' bash "$@"
W
  cat >"$root/windeno.new" <<'W'
#!/bin/bash
exec "$(dirname "$(readlink -f "$0")")/win" wine /w/deno.exe "$@"
W
  chmod 755 "$root/win.new" "$root/windeno.new"
  # Never changes a command that runs.
  mv "$root/win.new" "$root/win"
  mv "$root/windeno.new" "$root/windeno"
}

install_wine() {
  [ -e "$root/.wine" ] && return
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  printf 'path-exclude=/usr/share/%s/*\n' doc man locale \
    >"$root/etc/dpkg/dpkg.cfg.d/small"
  echo "deb $(mirror) $suite main" >"$root/etc/apt/sources.list"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  "$root/win" bash -c "export DEBIAN_FRONTEND=noninteractive
    apt-get -o APT::Sandbox::User=root update
    timeout 400 apt-get -o APT::Sandbox::User=root install -y --no-install-recommends wine wine64 libwine
    apt-get clean"
  touch "$root/.wine"
}

# Fetches a screen with nobody in front of it, for the tests of a double-click.
install_screen() {
  [ -e "$root/usr/bin/Xvfb" ] && return
  "$root/win" bash -c "export DEBIAN_FRONTEND=noninteractive
    apt-get -o APT::Sandbox::User=root update
    timeout 400 apt-get -o APT::Sandbox::User=root install -y --no-install-recommends xvfb fonts-dejavu-core
    apt-get clean"
}

fetch_deno() {
  [ -e "$root/w/.deno-$version" ] && return
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && npm pack --silent "@deno/win32-x64@$version" && tar -xzf ./*.tgz)
  mv "$folder/package/deno.exe" "$root/w/deno.exe"
  rm -rf "$folder"
  touch "$root/w/.deno-$version"
}

start_wine() {
  [ -e "$root/.prefix" ] && return
  rm -rf "$root/wp"
  "$root/win" bash -c 'wineboot -i; wineserver -w'
  # 700 MB of the files are copies: replace them with links.
  local copy original
  for copy in "$root"/wp/drive_c/windows/system32/{,drivers/}*; do
    original=$root/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/${copy##*/}
    if [ -f "$copy" ] && cmp -s "$copy" "$original"; then ln -f "$original" "$copy"; fi
  done
  touch "$root/.prefix"
}

# As on Windows: some versions of Deno compare the letters of a path.
name_profiles() {
  local drive=$root/wp/drive_c
  if [ -d "$drive/users" ]; then mv "$drive/users" "$drive/Users"; fi
}

# Runs a step in the background, because "set -e" has no effect before "||".
step() {
  "$1" >>"$log" 2>&1 &
  wait $! || missing "$2 (see $log)"
}
step install_tools "debootstrap or npm cannot be installed"
step make_debian "Debian's packages cannot be fetched"
write_commands
step install_wine "Wine cannot be installed"
# Without a screen, only the tests of a double-click are left out.
install_screen >>"$log" 2>&1 || echo "No screen (see $log)" >&2
step fetch_deno "the Windows build of Deno cannot be fetched"
step start_wine "Wine does not start"
step name_profiles "Wine's profiles cannot be renamed"
"$root/windeno" --version 2>>"$log" | grep -q "^deno $version " ||
  missing "the Windows build of Deno does not start (see $log)"
echo "$root"
