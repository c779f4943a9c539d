"""Serve one model with MLServer on a unix socket, and on nothing else.

Run by the gateway with the interpreter of a serving environment:
``python -I launch.py <config.json>``. It ends when its standard input does.
The private names of MLServer that it uses are those of version 1.7.1, which
serving environments pin; ``tests/python/serving`` keeps watch over them.
"""

import asyncio
import ctypes
import json
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

GRACE_SECONDS = 3


class NoServer:
    """Stands where MLServer would listen for gRPC and for metrics."""

    async def start(self):
        """Listen to nothing."""

    async def stop(self, sig=None):
        """Stop nothing."""


def main(config):
    """Serve until told to end.

    Parameters
    ----------
    config : dict
        ``models``: folder with ``model-settings.json``; ``version``: the model's
        version, as the protocol and the metrics name it; ``socket``: path to listen
        on, alone in a private folder that is removed at the end; ``failure``: file
        that takes the reason why the model could not be loaded.

    Returns
    -------
    int
        Exit code: 0 after a wished end, 3 where the model could not be loaded.
    """
    end_with_parent(config["socket"])
    try:
        failures = asyncio.run(serve(config))
    except Exception as error:
        failures = [error]
    finally:
        shutil.rmtree(os.path.dirname(config["socket"]), ignore_errors=True)
    for error in failures:
        Path(config["failure"]).write_text(json.dumps(describe(error)))
        return 3
    return 0


def end_with_parent(socket):
    """End this process and its children when the gateway has gone."""
    if sys.platform == "linux":
        set_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)

    def watch():
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        # A model that computes or loads does not see the signal.
        time.sleep(GRACE_SECONDS)
        shutil.rmtree(os.path.dirname(socket), ignore_errors=True)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


async def serve(config):
    """Run MLServer.

    Returns
    -------
    list of Exception
        Why the model could not be loaded; empty after a wished end.
    """
    from mlserver import MLServer
    from mlserver.settings import Settings
    from starlette_exporter import handle_metrics

    settings = Settings(
        debug=False,
        parallel_workers=0,
        model_repository_root=config["models"],
        load_models_at_startup=True,
    )
    settings._custom_rest_server_settings = {"uds": config["socket"]}
    server = MLServer(settings)
    server._grpc_server = NoServer()
    server._metrics_server = NoServer()
    app = server._rest_server._app
    app.router.routes[:] = [
        route
        for route in app.router.routes
        if not getattr(route, "path", "").startswith("/v2/repository")
    ]
    app.add_route("/metrics", handle_metrics)

    failures = []
    load = server._model_registry.load

    async def load_and_tell(model_settings):
        try:
            return await load(model_settings)
        except Exception as error:
            # MLServer logs it and ends as if nothing had happened.
            failures.append(error)
            raise

    server._model_registry.load = load_and_tell
    models = await server._model_repository.list()
    if not models:
        raise FileNotFoundError(f"No model-settings.json in {config['models']}")
    for model in models:
        # It is counted when it is registered: the artifact's digest does not cover it.
        model.parameters.version = config["version"]
    await server.start(models)
    return failures


def describe(error):
    """Say what went wrong, for the gateway."""
    traceback.print_exception(error)
    return {"type": type(error).__name__, "message": str(error)}


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text())))
