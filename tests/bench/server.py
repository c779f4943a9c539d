"""A real server process with the installed extension, and a person's way to its API."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

#: Where serving environments are kept between benches: making one is not measured.
SERVING = Path(__file__).resolve().parents[2] / ".cache" / "serving"


class Server:
    """``jupyter server`` or ``jupyter lab`` on 127.0.0.1.

    Parameters
    ----------
    folder : pathlib.Path
        Takes its data home, its root folder and its settings; used again by the next.
    program : str
        ``server`` or ``lab``.
    """

    def __init__(self, folder, program="server"):
        self.token = secrets.token_hex(16)
        self.root = folder / "root"
        self.home = folder / "home"
        for name in ("root", "home", "data", "config", "runtime"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.log = folder / f"{program}.log"
        environment = os.environ | {
            "MLOPS_HOME": str(self.home),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_TOKEN": self.token,
        }
        environment.setdefault("MLOPS_SERVING_ENVIRONMENTS", str(SERVING))
        settings = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": port,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self.root,
            "LabApp.expose_app_in_browser": True,
            "LabApp.news_url": "",
        }
        words = [f"--{name}={value}" for name, value in settings.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", program, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.client = httpx.Client(
            base_url=f"{self.url}mlops/api/v1/",
            headers={"Authorization": f"token {self.token}"},
            timeout=60,
        )

    def __enter__(self):
        """Wait until it answers; the gateway has not been asked for yet."""
        try:
            self.until(self._answers, 90)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"no server:\n{self.log.read_text()[-2000:]}")
        try:
            return self.client.get(f"{self.url}api").is_success
        except httpx.TransportError:
            time.sleep(0.05)
            return False

    def __exit__(self, *_):
        """End it; its gateway ends with it."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path, **query):
        """Ask, and give the reply's JSON; anything but success is an error."""
        return _checked(self.client.get(path, params=query))

    def post(self, path, **body):
        """Do, and give the reply's JSON; anything but success is an error."""
        return _checked(self.client.post(path, json=body))

    def until(self, condition, seconds=60):
        """Ask again and again, and give the condition's first true value."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.01)
        raise TimeoutError(f"not within {seconds} s")


def _checked(reply):
    if reply.is_error:
        path = reply.request.url.path
        raise RuntimeError(f"{path}: {reply.status_code}: {reply.text[:500]}")
    return reply.json()
