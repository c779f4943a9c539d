"""MLOps without leaving the notebook: the server side of jupyterlab-mlops."""

try:
    from ._version import __version__
except ImportError:  # a checkout that was never installed
    __version__ = "0.0.0"

__all__ = ["__version__"]


def _jupyter_labextension_paths():
    """Tell JupyterLab where the built front end lies."""
    return [{"src": "labextension", "dest": "jupyterlab-mlops"}]


def _jupyter_server_extension_points():
    """Tell Jupyter Server which extension to load."""
    # Imported here: the command line imports this package and needs no server.
    from .extension import MlopsExtension

    return [{"module": "jupyterlab_mlops.extension", "app": MlopsExtension}]
