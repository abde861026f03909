#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them: unit tests, tidy, scenarios with stock Buildbot
# programs; then the same once more, built by Clang with ASan and UBSan. Ends with a line
# "N passed, N failed".
# Usage: tests/run.sh [--quick]     (not the second time)
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
quick=${1:-}

# shellcheck disable=SC2086
install_packages $build_packages $test_packages || exit 1
passed=0 failed=0
report() { # NAME STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok      $1"
  else failed=$((failed + 1)); echo "FAILED  $1"; fi
}
# Counts the cases of a doctest run: every one is a test.
count_cases() { # NAME LOG STATUS
  local line good bad
  line=$(grep -a '\[doctest\] test cases:' "$2" | tail -1)
  good=$(echo "$line" | sed -n 's/.*| *\([0-9]*\) passed.*/\1/p')
  bad=$(echo "$line" | sed -n 's/.*| *\([0-9]*\) failed.*/\1/p')
  if [ -z "$good" ] || { [ "$3" != 0 ] && [ "${bad:-0}" = 0 ]; }; then
    failed=$((failed + 1)); echo "FAILED  $1 (ended with status $3)"; tail -20 "$2"
    return
  fi
  passed=$((passed + good)) failed=$((failed + bad))
  echo "$1: $good passed, $bad failed"
  [ "$bad" = 0 ] || grep -a -A 12 '^TEST CASE' "$2" | head -60
}
build() { # FOLDER OPTIONS...
  local folder=$1; shift
  # shellcheck disable=SC2086
  [ -d "$folder" ] || meson setup "$folder" $build_options "$@" >/dev/null || return 1
  ninja -C "$folder" >"$folder/build.log" 2>&1 || { grep -E "error|FAILED" "$folder/build.log" | head -20; return 1; }
}
units() { # NAME FOLDER
  timeout 900 "$2/tests/troupe-tests" >"$2/units.log" 2>&1
  count_cases "$1" "$2/units.log" $?
  timeout 900 "$2/tests/troupe-power-tests" >"$2/power.log" 2>&1
  count_cases "$1, loss of power" "$2/power.log" $?
}

# That each can still be made; whether the simulator finds them takes longer (tests/mutations/run.py).
mutations() {
  local stale=0
  for patch in tests/mutations/*.patch; do
    git apply --check "$patch" || { echo "$patch does not apply"; stale=1; }
  done
  return $stale
}
scenarios() { # NAME FOLDER
  for scenario in tests/scenarios/*_test.py; do
    # The system's Python: it has Debian's packages.
    timeout 900 /usr/bin/python3 "$scenario" "$2/tools/troupe" >"$2/scenario.log" 2>&1
    status=$?
    good=$(grep -ac '^ok ' "$2/scenario.log"); bad=$(grep -ac '^FAILED ' "$2/scenario.log")
    passed=$((passed + good)) failed=$((failed + bad))
    if [ $status != 0 ] && [ "$bad" = 0 ]; then failed=$((failed + 1)); fi
    echo "$(basename "$scenario")$1: $good passed, $bad failed"
    [ $status = 0 ] || tail -40 "$2/scenario.log"
  done
}

# Simulated masters with faults, from seeds; each twice. A failing one is kept, made small.
simulate() { # NAME FOLDER SEEDS OPTIONS...
  local name=$1 folder=$2 seeds=$3; shift 3
  timeout 900 "$folder/tools/troupe" sim --seeds "$seeds" --keep "$folder/failed-plans" "$@" >"$folder/sim.log" 2>&1
  status=$?
  tail -1 "$folder/sim.log"
  [ $status = 0 ] || tail -60 "$folder/sim.log"
  report "$name" $status
}

build build; status=$?
report "build with GCC" $status
if [ $status = 0 ]; then
  units "unit tests" build
  build/tools/troupe-tidy . >build/tidy.log 2>&1; status=$?
  [ $status = 0 ] || tail -20 build/tidy.log
  report "tidy" $status
  mutations; report "mutations apply" $?
  scenarios "" build
  if [ "$quick" = --quick ]; then simulate "simulated masters" build 1-100 --times 1
  else simulate "simulated masters" build 1-1000 --coverage; fi
fi
if [ "$quick" != --quick ]; then
  CXX=clang++ build build-san --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined \
    -Db_lundef=false
  status=$?
  report "build with Clang and sanitizers" $status
  if [ $status = 0 ]; then
    # What a process of a scenario has to complain of goes to a file: its stderr may be nobody's.
    complaints=$PWD/build-san/complaints
    rm -f "$complaints".*
    export TROUPE_SANITIZED=1 ASAN_OPTIONS="log_path=$complaints" \
      UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1:log_path=$complaints"
    units "unit tests under sanitizers" build-san
    scenarios " under sanitizers" build-san
    simulate "simulated masters under sanitizers" build-san 1001-1060 --times 1
    set -- "$complaints".*
    [ ! -e "$1" ] || head -50 "$@"
    [ ! -e "$1" ]; report "no complaint of a sanitizer" $?
  fi
fi
echo
echo "$passed passed, $failed failed"
[ $failed = 0 ]
