#!/usr/bin/env bash
# Pushes the pods' image with a wheel of the project to the cluster's registry and lets the node pull it; prints its address.
#   in-netns.sh NAME image.sh STATE [WHEEL]
. "$(dirname "$0")/lib.sh"
STATE=$(realpath "$1") WHEEL=${2:-}
find_cache
[ -n "$WHEEL" ] || WHEEL=$(ls -t "$ROOT"/dist/*.whl | head -n 1)
BASE=$("$HERE/image/build.sh")
WORK=$(mktemp -d "$STATE/image-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
SITE=usr/local/lib/python3.11/dist-packages
mkdir -p "$WORK/root/usr/local/bin" "$WORK/root/$SITE"
uv pip install -q --target "$WORK/root/$SITE" --python-version 3.11 --python-platform x86_64-unknown-linux-gnu \
  --link-mode copy --no-deps "$WHEEL" >&2
mv "$WORK/root/$SITE"/bin/* "$WORK/root/usr/local/bin"
sed -i '1s|^#!.*|#!/usr/bin/python3|' "$WORK"/root/usr/local/bin/*
rm -rf "$WORK/root/$SITE"/{bin,etc,share,.lock}
python3 "$HERE/oci.py" layer "$WORK/root" "$WORK/wheel.tar"
CONFIG='{"User": "65532", "Entrypoint": ["mlserver", "start", "/mnt/models"],
  "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8"]}'
python3 "$HERE/oci.py" image "$WORK/python.tar" "$REGISTRY/python:1" "$CONFIG" "$BASE" "$WORK/wheel.tar"
IMAGE=$(python3 "$HERE/oci.py" push "$WORK/python.tar" "$REGISTRY/python")
ctr -a "$STATE/containerd.sock" -n k8s.io images pull --plain-http "$IMAGE" > /dev/null
echo "$IMAGE"
