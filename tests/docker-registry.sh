#!/usr/bin/env bash
# The tests of pushing images need a registry: Debian's package, unpacked into .cache where it is not installed.
# Unpacked and not installed: the package would start a server of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
if command -v docker-registry > /dev/null || [ -x .cache/debian/usr/bin/docker-registry ]; then
  exit 0
fi
if ! command -v apt-get > /dev/null || ! command -v dpkg-deb > /dev/null; then
  echo "docker-registry is missing: its tests are skipped. Put it on the PATH to run them." >&2
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
download() { (cd "$folder" && apt-get download -qq docker-registry) > /dev/null 2>&1; }
# The lists of packages may be absent; only root may fetch them.
download || { [ "$(id -u)" = 0 ] && apt-get update -qq && download; } || true
if compgen -G "$folder/docker-registry_*.deb" > /dev/null; then
  mkdir -p .cache/debian
  dpkg-deb -x "$folder"/docker-registry_*.deb .cache/debian
else
  echo "docker-registry could not be downloaded: its tests are skipped." >&2
fi
