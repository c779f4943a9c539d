"""Which files the cells read and wrote, seen as they are opened."""

from __future__ import annotations

import errno
import hashlib
import os
import site
import sys
import sysconfig
import tempfile

from .documents import open_file

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM = [
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/etc",
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/var/lib",
    "/var/cache",
]
#: Below an interpreter's prefix; the prefix itself may hold people's work, as /opt/app-root does.
_INSTALLED = ("lib", "lib64", "bin", "share", "etc", "include")
_CACHES = [".cache", ".config", ".local", ".matplotlib", ".ipython", ".jupyter", ".pyenv", ".keras"]
#: A folder with more files than this is not compared before and after; opening is still seen.
_MOST_FILES = 50_000


class FileTrace:
    """Watches files from its making on.

    Parameters
    ----------
    work : str
        The run's folder; files in it are named relative to it.
    hidden : list of str
        Folders of the run that are not the notebook's.
    """

    def __init__(self, work, hidden):
        self._work = os.path.realpath(work)
        self._hidden = _hidden_folders(hidden)
        self._process = os.getpid()
        self._read = {}
        self._written = {}
        self._watching = False
        originals = []
        self._before = snapshot(self._work, originals)
        self._originals = tuple(path + end for path in originals for end in ("", os.sep))
        sys.addaudithook(self._audit)

    def start(self):
        """Begin to take note."""
        self._watching = True

    def stop(self):
        """Take no more note; an audit hook cannot be removed."""
        self._watching = False

    def found(self):
        """Return the digests of what was read and of what was written, by name."""
        after = snapshot(self._work)
        for path, state in after.items():
            if self._before.get(path) != state:
                self._written.setdefault(path)
        read = {
            self._name(path): digest or _digest(path)
            for path, digest in self._read.items()
            if digest or os.path.isfile(path)
        }
        written = {self._name(p): _digest(p) for p in self._written if os.path.isfile(p)}
        return dict(sorted(read.items())), dict(sorted(written.items()))

    def _audit(self, event, arguments):
        if event == "open" and self._watching:
            if self._originals:
                self._protect(*arguments)
            if os.getpid() == self._process:
                self._note(*arguments)
        elif event == "sqlite3.connect" and self._watching:
            self._note(arguments[0], "r", 0)

    def _protect(self, path, mode, flags):
        """Refuse to write through a link of the run's folder to what could not be copied."""
        if not _writes(mode, flags) or not isinstance(path, (str, bytes, os.PathLike)):
            return
        given = os.path.abspath(os.fsdecode(path))
        full = os.path.realpath(given)
        inside = given.startswith(self._work + os.sep)
        if inside and (full in self._originals or full.startswith(self._originals[1::2])):
            raise PermissionError(
                errno.EACCES,
                "It stands for your own file, which was not copied into the run's folder as it is "
                "too large or lies elsewhere; a run may only read it. Write to another name",
                os.fsdecode(path),
            )

    def _note(self, path, mode, flags):
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        full = os.path.realpath(os.path.abspath(os.fsdecode(path)))
        if full.startswith(self._hidden) or not self._is_data(full):
            return
        if not _writes(mode, flags):
            if full not in self._written:
                self._read.setdefault(full)
            return
        if self._read.get(full, "") is None and full not in self._written:
            # It was read and is about to change: now is the last time to digest what was read.
            self._watching = False
            self._read[full] = _digest(full)
            self._watching = True
        self._written.setdefault(full)

    def _is_data(self, path):
        name = os.path.basename(path)
        if name.endswith((".pyc", ".pyo")) or "__pycache__" in path or ".ipynb_checkpoints" in path:
            return False
        return os.path.isfile(path) or not os.path.exists(path)

    def _name(self, path):
        inside = path.startswith(self._work + os.sep)
        return os.path.relpath(path, self._work) if inside else path


def _writes(mode, flags):
    return any(c in mode for c in "wax+") if mode else bool((flags or 0) & _WRITING)


def _hidden_folders(own):
    home = os.path.expanduser("~")
    folders = {
        *_SYSTEM,
        *own,
        *(os.path.join(p, name) for p in (sys.prefix, sys.base_prefix) for name in _INSTALLED),
        *(path for name, path in sysconfig.get_paths().items() if name != "data"),
        site.getusersitepackages(),
        *(os.path.join(home, name) for name in _CACHES),
        os.path.join(tempfile.gettempdir(), "ipykernel_"),
        os.environ.get("MPLCONFIGDIR") or "",
    }
    endings = {folder.rstrip(os.sep) for folder in folders if folder}
    both = endings | {os.path.realpath(folder) for folder in endings}
    return tuple(f"{folder}{'' if folder.endswith('_') else os.sep}" for folder in both)


def snapshot(folder, originals=None):
    """Path → (modification time, size) of the folder's files; empty where there are too many.

    Where links lead out of the folder is added to the list `originals`.
    """
    root = folder + os.sep
    found, waiting = {}, [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            # A folder that cannot be listed, or is gone, holds nothing that can be compared.
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ("__pycache__", ".ipynb_checkpoints", ".git"):
                    waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                found[entry.path] = (state.st_mtime_ns, state.st_size)
            elif originals is not None and entry.is_symlink():
                target = os.path.realpath(entry.path)
                if not target.startswith(root):
                    originals.append(target)
        if len(found) > _MOST_FILES:
            return {}
    return found


def _digest(path):
    data = hashlib.sha256()
    try:
        with open_file(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                data.update(block)
    except OSError:
        return None
    return f"sha256:{data.hexdigest()}"
