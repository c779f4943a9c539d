#!/usr/bin/env bash
# Pushes the small images to the cluster's registry: a base with a shell, and the four models of kserve.test.ts.
#   in-netns.sh NAME models.sh STATE        prints the base's address, then those of the models
. "$(dirname "$0")/lib.sh"
STATE=$(realpath "$1")
WORK=$(mktemp -d "$STATE/models-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
python "$HERE/models.py" "$WORK"
links=()
for name in sh ls cat echo mkdir cp ln sleep env; do links+=(--link "busybox:/bin/$name"); done
push() { # push NAME PATH ARGUMENT...
  python3 "$SCRIPTS/image.py" "$WORK/$1.tar" "$1:1" --user 65532 --file /bin/busybox:/bin/busybox "${links[@]}" "${@:3}" > /dev/null
  python3 "$HERE/oci.py" push "$WORK/$1.tar" "$REGISTRY/$2"
}
push base base
for version in 1 2 3; do push "model$version" fraud --dir "$WORK/$version/models:/models"; done
push model4 fraud --env NONE=1
