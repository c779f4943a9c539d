"""A real Jupyter Server process on 127.0.0.1, as a user starts it."""

import atexit
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[3]
CONFIG = """
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port}
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
c.ServerApp.root_dir = {root!r}
c.ServerApp.base_url = "/user/ana/"
c.ServerApp.jpserver_extensions = {{
    "jupyterlab_mlops": True,
    "jupyterlab": False,
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
    "notebook_shim": False,
}}
c.MlopsExtension.gateway = {gateway!r}
{more}
"""


class RunningServer:
    """One server process; `config` is Python that is added to its configuration."""

    def __init__(self, folder, gateway, config, environment):
        self.token = secrets.token_hex(16)
        self.folder = folder
        # Short: the address of a socket in it has its limit.
        self.temporary = Path(tempfile.mkdtemp(prefix="server-"))
        atexit.register(shutil.rmtree, self.temporary, ignore_errors=True)
        for name in ("config", "data", "runtime", "root"):
            (folder / name).mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        text = CONFIG.format(
            port=port, root=str(folder / "root"), gateway=str(gateway), more=config
        )
        (folder / "config" / "jupyter_server_config.py").write_text(text)
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}/user/ana/"
        self.log_path = folder / "server.log"
        self._log = self.log_path.open("wb")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--log-level=DEBUG"],
            cwd=REPOSITORY,
            env=inherited
            | {
                "PYTHONPATH": str(REPOSITORY),
                "JUPYTER_CONFIG_DIR": str(folder / "config"),
                "JUPYTER_DATA_DIR": str(folder / "data"),
                "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                "JUPYTER_TOKEN": self.token,
                "JUPYTER_NO_CONFIG": "",
                "TMPDIR": str(self.temporary),
            }
            | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait_until_ready(self):
        for _ in range(600):
            assert self.process.poll() is None, self.log()
            try:
                httpx.get(f"{self.url}api")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log())

    def client(self):
        """A program that holds the token."""
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"token {self.token}"},
            timeout=30,
        )

    def browser(self):
        """A browser that has logged in: a cookie, no token."""
        browser = httpx.Client(base_url=self.url, timeout=30)
        browser.get("login")
        form = {"_xsrf": browser.cookies["_xsrf"], "password": self.token}
        assert browser.post("login", data=form).status_code == 302
        return browser

    def log(self):
        return self.log_path.read_text(errors="replace")

    def gateway_pid(self):
        return self.client().get("mlops/api/v1/process").json()["pid"]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()


def alive(pid):
    """Tell whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(condition, seconds=10):
    """Wait until a condition holds; False if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
