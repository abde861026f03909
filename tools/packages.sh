# The Debian 12 packages that troupe is built from, those of its tests, and how it is built. Sourced by
# the two commands.
build_packages="g++ meson ninja-build ccache pkg-config libcaf-dev liblmdb-dev libfmt-dev doctest-dev
  liblua5.4-dev libboost1.81-dev libssl-dev libzstd-dev libcli11-dev libpcre2-dev libedit-dev"
run_packages="buildbot-worker"
test_packages="buildbot buildbot-worker git python3 python3-jsonschema zstd clang libclang-rt-dev clang-format"

# Installs what is missing; as root, or through sudo.
install_packages() {
  local missing=""
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
      missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  local root=""
  [ "$(id -u)" = 0 ] || root="sudo"
  echo "installing:$missing"
  $root apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# Several sources at a time: a third of the time of a whole build. To work on troupe, leave unity out.
build_options="-Dunity=on -Dunity_size=8 -Dcpp_link_args=-fuse-ld=gold"

export CCACHE_SLOPPINESS=pch_defines,time_macros
