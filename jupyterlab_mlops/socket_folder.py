"""The private folder that holds the gateway's socket."""

import glob
import os
import shutil
import socket
import stat
import tempfile

PREFIX = "mlops-"
NAME = "gateway.sock"
# The kernel's limit for the address of a unix socket, without its final zero.
LONGEST = 107


def make_socket_folder(parents=None):
    """Make a folder that only this user can enter, and clear away dead ones.

    Parameters
    ----------
    parents : list of str or None
        Folders to choose from, best first; None means the user's runtime folder,
        the temporary folder, ``/tmp``.

    Returns
    -------
    str
        Path of the new folder (mode 0700). ``<folder>/gateway.sock`` fits into a
        socket's address.

    Raises
    ------
    OSError
        Where none of the parents can hold it.
    """
    if parents is None:
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        parents = [*([runtime] if runtime else []), tempfile.gettempdir(), "/tmp"]
    refused = []
    for parent in parents:
        remove_stale_folders(parent)
        try:
            # mkdtemp makes it with mode 0700.
            folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)
        except OSError as error:
            refused.append(str(error))
            continue
        if len(os.fsencode(os.path.join(folder, NAME))) <= LONGEST:
            return folder
        os.rmdir(folder)
        refused.append(f"{parent} is too long for a socket's address")
    raise OSError(f"No folder can hold the gateway's socket: {'; '.join(refused)}.")


def remove_stale_folders(parent):
    """Remove the folders of servers that died without clearing up.

    Parameters
    ----------
    parent : str
        Where they lie. Only folders of this user are touched, whose process is
        gone and on whose socket nobody listens: another container that shares
        this folder has process numbers of its own.
    """
    for folder in glob.glob(os.path.join(glob.escape(parent), f"{PREFIX}*-*")):
        number = os.path.basename(folder)[len(PREFIX) :].split("-")[0]
        if not number.isdigit() or _alive(int(number)):
            continue
        try:
            status = os.lstat(folder)
        except FileNotFoundError:
            continue
        ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
        if ours and not _listens(os.path.join(folder, NAME)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _listens(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(path)
        except OSError:
            return False
    return True
