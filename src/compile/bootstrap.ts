/** Writes the archive: first its path, then its text. */
const WRITE = `\
import base64, os, sys, zlib
path = sys.argv[1]
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "wb") as file:
    file.write(zlib.decompress(base64.b64decode("".join(sys.argv[2:]))))
`;

/** Runs the archive's own entry: first its path, then what the entry is told. */
const ENTER = `\
import sys
sys.path.insert(0, sys.argv[1])
from jupyterlab_mlops_runner.pod import main
sys.exit(main(sys.argv[2:]))
`;

/** Commands of containers; nothing in them means anything to Tekton, Argo or Kubernetes. */
export const writeBundle = ['python3', '-I', '-c', WRITE];
export const enterBundle = ['python3', '-I', '-c', ENTER];
