#!/usr/bin/env bash
# Installs the Debian packages that the cluster consists of beside its own binaries; nothing is started by that.
set -euo pipefail
PACKAGES=(containerd runc containernetworking-plugins iptables conntrack busybox-static redis-server git openssl
  iproute2 curl mmdebstrap)
dpkg -s "${PACKAGES[@]}" > /dev/null 2>&1 && exit 0
command -v apt-get > /dev/null
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}" > /dev/null
