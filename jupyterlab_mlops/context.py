"""What the gateway and the command line are told at their start."""

import getpass
import json
import os
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir, jupyter_path

from . import __version__

try:
    import pwd
except ImportError:  # Windows
    pwd = None

PACKAGE = Path(__file__).resolve().parent


def account():
    """Name the operating system's account.

    Returns
    -------
    str
        Its name, or ``uid-<number>`` where the account has none, as on
        platforms that run containers under a random user id.
    """
    if pwd is None:
        return getpass.getuser()
    # Not getpass first: LOGNAME is whatever the caller wants to be called.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def data_home():
    """Find the data home.

    Returns
    -------
    str
        Absolute path: ``MLOPS_HOME``, else ``mlops`` in Jupyter's data folder.
        It need not exist yet.
    """
    configured = os.environ.get("MLOPS_HOME")
    home = configured or os.path.join(jupyter_data_dir(), "mlops")
    return os.path.abspath(os.path.expanduser(home))


def uv_path():
    """Find the ``uv`` program that makes serving environments.

    Returns
    -------
    str or None
        Its path, or None where it is not installed.
    """
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        return None


def launch_context(root_dir=None, base_url=None):
    """Describe this installation to a gateway or a command line.

    Parameters
    ----------
    root_dir : str or None
        The server's root folder; None without a server.
    base_url : str or None
        The server's base URL; None without a server.

    Returns
    -------
    dict
        Matches ``LaunchContext`` of ``src/gateway/launch-context.ts``. It holds
        no secret: a process's environment can be read by its user's other
        processes.
    """
    return {
        "version": __version__,
        "home": data_home(),
        "kernelDirs": jupyter_path("kernels"),
        "python": sys.executable,
        "runner": str(PACKAGE / "runner"),
        "serving": str(PACKAGE / "serving"),
        "uv": uv_path(),
        "rootDir": root_dir,
        "baseUrl": base_url,
        "user": account(),
    }


def launch_environment(context):
    """Make the environment variables of a gateway or a command line.

    Parameters
    ----------
    context : dict
        From :func:`launch_context`.

    Returns
    -------
    dict
        This process's environment without the server's own token, with
        ``MLOPS_CONTEXT``, and with the certificates that Python trusts told to
        Node, which reads neither ``SSL_CERT_FILE`` nor ``REQUESTS_CA_BUNDLE``.
    """
    environment = dict(os.environ)
    # Steps inherit the gateway's environment and have no use for it.
    environment.pop("JUPYTER_TOKEN", None)
    environment["MLOPS_CONTEXT"] = json.dumps(context)
    if not environment.get("NODE_EXTRA_CA_CERTS"):
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            bundle = environment.get(name)
            if bundle and os.path.isfile(bundle):
                environment["NODE_EXTRA_CA_CERTS"] = bundle
                break
    return environment
