"""Fixtures: servers in this process, and real ones beside it."""

import json
from pathlib import Path

import pytest
from pytest_jupyter.jupyter_core import (
    echo_kernel_spec,
    jp_asyncio_loop,
    jp_config_dir,
    jp_data_dir,
    jp_env_config_path,
    jp_env_jupyter_path,
    jp_environ,
    jp_home_dir,
    jp_kernel_dir,
    jp_runtime_dir,
    jp_system_config_path,
    jp_system_jupyter_path,
    pytest_pycollect_makeitem,
    pytest_pyfunc_call,
)
from pytest_jupyter.jupyter_server import (
    http_server,
    http_server_client,
    http_server_port,
    io_loop,
    jp_argv,
    jp_auth_header,
    jp_base_url,
    jp_configurable_serverapp,
    jp_extension_environ,
    jp_fetch,
    jp_http_port,
    jp_logging_stream,
    jp_nbconvert_templates,
    jp_root_dir,
    jp_server_cleanup,
    jp_serverapp,
    jp_template_dir,
    jp_web_app,
)
from running_server import RunningServer

# Named here and not in `pytest_plugins`, which would reach every other test too.
__all__ = [
    "echo_kernel_spec",
    "http_server",
    "http_server_client",
    "http_server_port",
    "io_loop",
    "jp_argv",
    "jp_asyncio_loop",
    "jp_auth_header",
    "jp_base_url",
    "jp_config_dir",
    "jp_configurable_serverapp",
    "jp_data_dir",
    "jp_env_config_path",
    "jp_env_jupyter_path",
    "jp_environ",
    "jp_extension_environ",
    "jp_fetch",
    "jp_home_dir",
    "jp_http_port",
    "jp_kernel_dir",
    "jp_logging_stream",
    "jp_nbconvert_templates",
    "jp_root_dir",
    "jp_runtime_dir",
    "jp_server_cleanup",
    "jp_serverapp",
    "jp_system_config_path",
    "jp_system_jupyter_path",
    "jp_template_dir",
    "jp_web_app",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
]

FAKE_GATEWAY = Path(__file__).with_name("fake_gateway.mjs")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    """Keep this machine's settings out, and ours off this machine."""
    for name in ("MLOPS_NODE", "NODE_EXTRA_CA_CERTS", "FAKE_GATEWAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLOPS_HOME", str(tmp_path / "mlops-home"))


@pytest.fixture
def jp_server_config():
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_mlops": True}},
        "MlopsExtension": {"gateway": str(FAKE_GATEWAY)},
    }


@pytest.fixture
def supervisor(jp_serverapp):
    return jp_serverapp.web_app.settings["mlops_supervisor"]


@pytest.fixture
def ask(jp_fetch):
    """Ask the extension: gives status, headers and body, also for errors."""

    async def _ask(path, method="GET", **options):
        options.setdefault("allow_nonstandard_methods", True)
        reply = await jp_fetch(
            "mlops", path, method=method, raise_error=False, **options
        )
        return reply

    return _ask


@pytest.fixture
def body_of():
    return lambda reply: json.loads(reply.body)


@pytest.fixture
def fake_node(tmp_path):
    """Make a program that claims to be a Node of some version."""

    def make(version, name="node", folder="bin"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho v{version}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def start_server(tmp_path):
    """Start a real Jupyter Server with token and XSRF checks; ends it afterwards."""
    servers = []

    def start(config="", environment=None):
        server = RunningServer(
            tmp_path / f"server{len(servers)}", FAKE_GATEWAY, config, environment or {}
        )
        servers.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in servers:
        server.end()
