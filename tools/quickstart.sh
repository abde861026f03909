#!/usr/bin/env bash
# From a fresh Debian 12 to a green build: installs what is needed, builds troupe, starts a master with
# a stock Buildbot worker, sends a change and shows what came of it.
# Usage: tools/quickstart.sh [FOLDER]     (default: ./quickstart)
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
folder=${1:-$PWD/quickstart}

# shellcheck disable=SC2086
install_packages $build_packages $run_packages
# shellcheck disable=SC2086
[ -d build ] || meson setup build $build_options >/dev/null
ninja -C build tools/troupe
troupe=$PWD/build/tools/troupe

mkdir -p "$folder"
if [ ! -e "$folder/master/master.lua" ]; then
  "$troupe" create-master "$folder/master"
  buildbot-worker create-worker "$folder/worker" localhost example-worker pass >/dev/null
fi
"$troupe" start "$folder/master"
buildbot-worker restart "$folder/worker" >/dev/null 2>&1 || buildbot-worker start "$folder/worker" >/dev/null
"$troupe" sendchange --master localhost:9989 --auth change:changepw --who you --branch main \
  --comments "the first change" hello.txt

state=""
for _ in $(seq 150); do
  state=$("$troupe" shell "$folder/master" --json builds hello 1)
  case "$state" in *'"content":[]'* | *'"results":"running"'*) sleep 0.2 ;; *) break ;; esac
done
"$troupe" shell "$folder/master" builds hello 1
"$troupe" shell "$folder/master" log hello/1 greet
case "$state" in
  *'"results":"success"'*) echo "green. The master runs in $folder/master; look at it with:" ;;
  *) echo "the build is not green; see $folder/master/troupe.log" >&2; exit 1 ;;
esac
echo "  $troupe shell $folder/master"
echo "stop both with:"
echo "  buildbot-worker stop $folder/worker; $troupe stop $folder/master"
