"""An ordinary server for the browser tests: token, XSRF and origin checks are on."""

import os
import shutil
from pathlib import Path

import jupyterlab

c = get_config()  # noqa: F821 -- defined by Jupyter where it reads this file

home = Path(os.environ["MLOPS_UI_HOME"])
root = home / "work"
if not root.exists():
    examples = Path(__file__).parent.parent / "examples"
    if examples.exists():
        shutil.copytree(examples, root)
    else:
        root.mkdir(parents=True)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["MLOPS_UI_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.root_dir = str(root)
c.ServerApp.allow_root = True
c.IdentityProvider.token = os.environ["MLOPS_UI_TOKEN"]
c.ServerApp.jpserver_extensions = {"jupyterlab_mlops": True}
# Galata's own helpers in the browser; it leaves all guards of the server on.
c.LabServerApp.extra_labextensions_path = [
    str(Path(jupyterlab.__file__).parent / "galata")
]
c.LabApp.expose_app_in_browser = True
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.FileContentsManager.delete_to_trash = False
