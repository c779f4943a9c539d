"""Images without a container tool: make a layer, make or push an image.

oci.py layer FOLDER OUT.tar               the same files give the same bytes
oci.py image OUT.tar NAME CONFIG LAYER... an OCI archive; CONFIG is JSON
oci.py push ARCHIVE.tar REGISTRY/PATH     prints REGISTRY/PATH@DIGEST
"""

import contextlib
import hashlib
import io
import json
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

TYPE = "application/vnd.oci.image."


def layer(folder, out):
    """Write a folder's files, as root's and without their times."""

    def plain(info):
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        return info

    with tarfile.open(out, "w") as tar:
        for path in sorted(Path(folder).rglob("*")):
            name = str(path.relative_to(folder))
            tar.add(path, arcname=name, recursive=False, filter=plain)


def digest_of(path):
    """Return the digest of a file."""
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def image(out, name, config, *layers):
    """Write an OCI archive with these layers, which are not compressed."""
    digests = [digest_of(path) for path in layers]
    described = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": digests},
        "config": json.loads(config),
    }
    small = {}

    def blob(value, kind):
        data = json.dumps(value, sort_keys=True).encode()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        small[digest] = data
        return {"mediaType": TYPE + kind, "digest": digest, "size": len(data)}

    manifest = blob(
        {
            "schemaVersion": 2,
            "mediaType": TYPE + "manifest.v1+json",
            "config": blob(described, "config.v1+json"),
            "layers": [
                {
                    "mediaType": TYPE + "layer.v1.tar",
                    "digest": digest,
                    "size": Path(path).stat().st_size,
                }
                for digest, path in zip(digests, layers, strict=True)
            ],
        },
        "manifest.v1+json",
    )
    names = {"io.containerd.image.name": name}
    index = {"schemaVersion": 2, "manifests": [manifest | {"annotations": names}]}
    with tarfile.open(out, "w") as tar:

        def write(path, data):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))

        write("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        write("index.json", json.dumps(index).encode())
        for digest, data in small.items():
            write(place(digest), data)
        for digest, path in zip(digests, layers, strict=True):
            tar.add(path, arcname=place(digest))


def place(digest):
    """Return where an archive keeps a blob."""
    return "blobs/" + digest.replace(":", "/")


def request(method, address, data=None, kind="application/octet-stream", size=None):
    """Send one request to the registry."""
    headers = {"Content-Type": kind}
    if size is not None:
        headers["Content-Length"] = str(size)
    return urllib.request.urlopen(
        urllib.request.Request(address, data, headers, method=method), timeout=120
    )


def push(archive, target):
    """Push an image's blobs, then its manifest."""
    registry, _, path = target.partition("/")
    base = f"http://{registry}/v2/{path}"
    with tarfile.open(archive) as tar:
        [entry] = json.load(tar.extractfile("index.json"))["manifests"]
        text = tar.extractfile(place(entry["digest"])).read()
        manifest = json.loads(text)
        for described in [*manifest["layers"], manifest["config"]]:
            with contextlib.suppress(urllib.error.HTTPError):
                request("HEAD", f"{base}/blobs/{described['digest']}").close()
                continue
            with request("POST", f"{base}/blobs/uploads/", b"") as answer:
                upload = answer.headers["Location"]
            mark = "&" if "?" in upload else "?"
            blob = tar.extractfile(place(described["digest"]))
            address = f"{upload}{mark}digest={described['digest']}"
            request("PUT", address, blob, size=described["size"]).close()
    address = f"{base}/manifests/{entry['digest']}"
    request("PUT", address, text, kind=manifest["mediaType"]).close()
    print(f"{target}@{entry['digest']}")


if __name__ == "__main__":
    {"layer": layer, "image": image, "push": push}[sys.argv[1]](*sys.argv[2:])
