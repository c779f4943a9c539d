#!/usr/bin/env bash
# Starts a cluster, runs a command inside its network namespace with STATE/env, and takes it all down: run.sh COMMAND...
. "$(dirname "$0")/lib.sh"
"$HERE/ready.sh"
STATE=$(mktemp -d /tmp/mlc-XXXXXX)
end() {
  "$HERE/down.sh" "$STATE"
  rm -rf "$STATE"
}
trap end EXIT
trap 'exit 130' INT TERM
"$HERE/up.sh" "$STATE"
. "$STATE/env"
cd "$ROOT"
"$SCRIPTS/in-netns.sh" "$NETNS" "$@"
