#!/usr/bin/env bash
# The tests of Git remotes over ssh start OpenSSH's server themselves; install it where that is possible.
# Elsewhere these tests are skipped, and the closing line says so.
set -euo pipefail
if [ -x /usr/sbin/sshd ] || [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  exit 0
fi
apt-get update -qq
# Only the program: a server that listens on all addresses must not be started by the installation.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server > /dev/null
