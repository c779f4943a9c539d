#!/usr/bin/env bash
# Starts a cluster in a network namespace of its own: up.sh STATE. At its end STATE/env tells everything, to be sourced.
# STATE is an absent or empty folder with a short path: a unix socket lies in it.
. "$(dirname "$0")/lib.sh"
STATE=$(realpath -m "$1")
"$HERE/build.sh"
"$HERE/image/build.sh" > /dev/null
mkdir -p "$STATE"
echo "$NETNS" > "$STATE/netns"
MLOPS_CLUSTER_NETNS=$NETNS "$SCRIPTS/in-netns.sh" "$NETNS" "$HERE/start.sh" "$STATE"
