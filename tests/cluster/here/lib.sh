# Shared by the scripts in this folder: where things lie. README.md one folder up says what may be set.
set -euo pipefail
HERE=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
ROOT=$(realpath "$HERE/../../..")
SCRIPTS=${MLOPS_CLUSTER_SCRIPTS:-$ROOT/../shared/cluster}
NETNS=${MLOPS_CLUSTER_NETNS:-mlops-$$}
REGISTRY=127.0.0.1:5000
# The project's own Python and uv, where they are there.
export PATH=$ROOT/.venv/bin:$PATH

key() { cat "$@" | sha256sum | cut -c 1-16; }

# Only where the scripts are there: the binaries are cached by what they are built from.
find_cache() {
  local parent=${XDG_CACHE_HOME:-$HOME/.cache}/jupyterlab-mlops
  # The order of files is that of their names on every machine.
  CACHE=${MLOPS_CLUSTER_CACHE:-$parent/cluster-$(key "$SCRIPTS/build.sh" $(LC_ALL=C ls "$SCRIPTS"/servers/*/* "$HERE"/coredns/*))}
  export BIN=$CACHE/bin
}

log() { echo "cluster: $*" >&2; }
