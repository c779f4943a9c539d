import os
import socket
import stat
import subprocess
import sys
import tempfile

import pytest

from jupyterlab_mlops.socket_folder import (
    LONGEST,
    NAME,
    make_socket_folder,
    remove_stale_folders,
)


@pytest.fixture
def short():
    """A parent short enough for sockets, however long pytest's own folder is."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="t") as folder:
        yield folder


@pytest.fixture
def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_this_user_can_enter(short):
    previous = os.umask(0)
    try:
        folder = make_socket_folder([short])
    finally:
        os.umask(previous)
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700


def test_a_socket_fits_and_can_be_bound(short):
    address = os.path.join(make_socket_folder([short]), NAME)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
    assert len(address) <= LONGEST


def test_a_parent_that_is_too_long_is_passed_over(short):
    long = os.path.join(short, "x" * 100)
    os.mkdir(long)
    assert os.path.dirname(make_socket_folder([long, short])) == short
    assert os.listdir(long) == []


def test_a_parent_that_is_absent_is_passed_over(short):
    folder = make_socket_folder([os.path.join(short, "absent"), short])
    assert os.path.dirname(folder) == short


def test_no_parent_at_all_is_an_error_that_says_why(short):
    long = os.path.join(short, "x" * 100)
    os.mkdir(long)
    with pytest.raises(OSError, match="too long for a socket's address"):
        make_socket_folder([long])


def test_folders_of_dead_servers_are_removed(short, dead_pid):
    stale = os.path.join(short, f"mlops-{dead_pid}-abc")
    os.mkdir(stale, 0o700)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(stale, NAME))
    make_socket_folder([short])
    assert not os.path.exists(stale)


def test_a_living_servers_folder_stays(short):
    other = make_socket_folder([short])
    make_socket_folder([short])
    assert os.path.isdir(other)


def test_a_folder_with_a_listening_socket_stays(short, dead_pid):
    """Its process number may belong to another container that shares the folder."""
    folder = os.path.join(short, f"mlops-{dead_pid}-abc")
    os.mkdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(folder, NAME))
        server.listen()
        remove_stale_folders(short)
        assert os.path.isdir(folder)


def test_a_link_and_foreign_names_are_left_alone(short, dead_pid):
    precious = os.path.join(short, "precious")
    os.mkdir(precious)
    link = os.path.join(short, f"mlops-{dead_pid}-abc")
    os.symlink(precious, link)
    other = os.path.join(short, "mlops-notes-2026")
    os.mkdir(other)
    remove_stale_folders(short)
    assert os.path.isdir(precious)
    assert os.path.islink(link)
    assert os.path.isdir(other)
