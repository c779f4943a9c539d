#!/usr/bin/env bash
# Builds what the cluster consists of into the cache, as far as it is not there: build.sh [--check]
# About 40 minutes on two cores without caches; what is done stays, and the next call goes on behind it.
. "$(dirname "$0")/lib.sh"
find_cache
DONE=$CACHE/complete
if [ "${1:-}" = --check ]; then
  [ -e "$DONE" ]
  exit
fi
mkdir -p "$CACHE"
exec 9> "$CACHE/lock"
flock 9
export CGO_ENABLED=0 GOFLAGS="-mod=mod -trimpath -buildvcs=false"

# The servers of the scripts, one after the other: a missing binary is built, the others are taken as they are.
for server in kube tekton argocd kserve; do
  [ -e "$CACHE/built-$server" ] && continue
  log "building $server"
  "$SCRIPTS/build.sh" "$CACHE" "$server" >&2
  touch "$CACHE/built-$server"
done
# build FOLDER PACKAGE BINARY: inside a module in the cache.
build() {
  [ -e "$BIN/$3" ] && return
  log "building $3"
  (cd "$CACHE/mod/$1" && go build -ldflags '-s -w' -o "$BIN/$3.part" "$2" 2> "$3.log") || {
    tail -n 20 "$CACHE/mod/$1/$3.log" >&2
    return 1
  }
  mv "$BIN/$3.part" "$BIN/$3"
}
# KServe's logger, beside its manager.
build kserve github.com/kserve/kserve/cmd/agent kserve-agent
mkdir -p "$CACHE/mod/coredns"
cp "$HERE"/coredns/* "$CACHE/mod/coredns"
build coredns . coredns
touch "$DONE"
