# Installs what building needs; sourced by examples/quickstart.sh and Tests/run.sh.
# shellcheck shell=bash

# The system libraries that Package.swift names, and the tool that finds them.
BUILD_PACKAGES=(
  libbrotli-dev libcurl4-openssl-dev libexpat1-dev liblz4-dev libpq-dev libsnappy-dev
  libsqlite3-dev libssl-dev libzstd-dev zlib1g-dev pkg-config
)

say() { printf '\n==> %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# As root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "cannot install packages: this is not root and there is no sudo. Run as root: $*"
  fi
}

is_installed() {
  # A package that provides another (pkgconf for pkg-config) counts by its command.
  if [ "$1" = pkg-config ] && command -v pkg-config >/dev/null; then return 0; fi
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs those of the given Debian or Ubuntu packages that are missing; nothing else is touched.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here; these packages or their like must be there already: $*"
    return 0
  fi
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
  say "installing ${missing[*]}"
  # Mirrors fail now and then; a second try after a fresh list mends it.
  try_install "${missing[@]}" || { sleep 5 && try_install "${missing[@]}"; } \
    || die "cannot install ${missing[*]}: see apt-get's messages above"
}

try_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 \
    && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends "$@" >&2
}

need_swift() {
  command -v swift >/dev/null \
    || die "cannot find swift. Install Swift 6.2 or later: https://www.swift.org/install"
}
