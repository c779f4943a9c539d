"""The whole loop on the example on this computer, without a browser: `make loop`.

Exit code 0 only if all checks held.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from walk import Loop, gateway, walk


def go(make):
    """Walk in a temporary folder, or in one that stays; ``make`` gives the loop in it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", help="folder to work in; it stays")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="mlops-loop-"))
    started = time.monotonic()
    loop = make(folder)
    try:
        loop.home.mkdir(mode=0o700)
        with gateway(loop):
            walk(loop)
    except AssertionError as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        lines = (folder / "gateway.log").read_text().splitlines(keepends=True)
        print("".join(lines[-20:]), file=sys.stderr)
        sys.exit(1)
    finally:
        loop.close()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"All checks held. {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    go(Loop)
