"""Files that a step leaves for later steps, where their pods share no folder."""

from __future__ import annotations

import os
import shutil

from .documents import read_json, write_json
from .files import snapshot


def publish(work, before, ambient, folder):
    """Write into `folder` what has changed in `work`, and the step's ambient state.

    Parameters
    ----------
    work : str
        The run's private folder.
    before : dict
        Its snapshot before the step.
    ambient : str
        ambient.pkl, which need not exist.
    folder : str
        Where to write.
    """
    os.makedirs(folder, exist_ok=True)
    after = snapshot(work)
    written = sorted(path for path, state in after.items() if before.get(path) != state)
    for path in written:
        target = os.path.join(folder, "content", os.path.relpath(path, work))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(path, target)
    if os.path.exists(ambient):
        shutil.copyfile(ambient, os.path.join(folder, "ambient.pkl"))
    inside = lambda paths: [os.path.relpath(path, work) for path in paths]  # noqa: E731
    manifest = {"written": inside(written), "removed": inside(sorted(before.keys() - after))}
    write_json(os.path.join(folder, "manifest.json"), manifest)


def restore(work, folder):
    """Do to `work` what a step did that left `folder`."""
    manifest = read_json(os.path.join(folder, "manifest.json"))
    for path in manifest["removed"]:
        target = os.path.join(work, path)
        if os.path.lexists(target):
            os.remove(target)
    for path in manifest["written"]:
        target = os.path.join(work, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.lexists(target):
            os.remove(target)
        shutil.copyfile(os.path.join(folder, "content", path), target)
