#!/usr/bin/env bash
# The browser tests need the system's Chromium; install it where that is possible.
set -euo pipefail
if command -v "${CHROMIUM:-chromium}" > /dev/null; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null
  exit 0
fi
echo "Chromium is missing: install it with your system's package manager, or set CHROMIUM to its path." >&2
exit 1
