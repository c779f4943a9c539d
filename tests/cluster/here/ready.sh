#!/usr/bin/env bash
# May a cluster be started here and now? Installs packages and waits for the build; else prints why not, and exits with 1;
# with 2 where the build fails.
# MLOPS_CLUSTER_DEADLINE is the time, in seconds since 1970, until which the build is waited for; without it, as long as it takes.
#   ready.sh --begin    only looks, and begins the build in the background where it is missing
. "$(dirname "$0")/lib.sh"
no() {
  echo "$*"
  exit 1
}
[ "$(uname -sm)" = "Linux x86_64" ] || no "a cluster is started on Linux on x86-64 only"
[ "$(id -u)" = 0 ] || no "only root can start a cluster"
[ -x "$SCRIPTS/up.sh" ] || no "the scripts that start a cluster are not in $SCRIPTS (MLOPS_CLUSTER_SCRIPTS)"
for program in go kubectl python3; do
  command -v "$program" > /dev/null || no "$program is not installed"
done
"$HERE/packages.sh" >&2 || no "the packages that a cluster needs could not be installed"
"$ROOT/tests/docker-registry.sh"
"$SCRIPTS/in-netns.sh" "mlops-probe-$$" true 2> /dev/null || no "network namespaces cannot be made here"
ip netns del "mlops-probe-$$"
find_cache
mkdir -p "$(dirname "$CACHE")"
if [ "${1:-}" = --begin ]; then
  "$HERE/build.sh" --check || nice -n 19 setsid "$HERE/build.sh" > "$CACHE.log" 2>&1 < /dev/null &
  exit 0
fi
command -v uv > /dev/null || no "uv is not installed: make .venv/.installed"
"$HERE/build.sh" --check && exit 0
LEFT=$((${MLOPS_CLUSTER_DEADLINE:-$(date +%s) + 36000} - $(date +%s)))
LATE="the cluster's binaries are not built yet; what is built stays in $CACHE, and tests/cluster/here/build.sh goes on"
[ "$LEFT" -gt 0 ] || no "$LATE"
# Waits for a build that runs already, and goes on where it has ended.
timeout "$LEFT" "$HERE/build.sh" >&2 || {
  [ $? = 124 ] && no "$LATE"
  exit 2
}
