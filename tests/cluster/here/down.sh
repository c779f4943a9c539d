#!/usr/bin/env bash
# Ends what up.sh has started, and removes the network namespace: down.sh STATE. The files stay.
. "$(dirname "$0")/lib.sh"
STATE=$(realpath "$1")
NETNS=$(cat "$STATE/netns")
"$SCRIPTS/in-netns.sh" "$NETNS" "$SCRIPTS/down.sh" "$STATE"
ip netns del "$NETNS"
