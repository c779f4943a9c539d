"""The Jupyter Server extension."""

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Unicode

from .handlers import RestartHandler, ServerHandler
from .proxy import GatewayHandler
from .supervisor import GATEWAY, Supervisor


class MlopsExtension(ExtensionApp):
    """Starts the gateway, watches over it, and hands requests to it."""

    name = "mlops"
    description = "MLOps without leaving the notebook."
    load_other_extensions = True

    start_on_load = Bool(
        False,
        help="Start the gateway with the server instead of at first use.",
    ).tag(config=True)
    gateway = Unicode(
        str(GATEWAY),
        help="The gateway's bundle. For the development of the gateway.",
    ).tag(config=True)

    def initialize_settings(self):
        """Make the supervisor; it starts nothing yet."""
        self.supervisor = Supervisor(
            log=self.log,
            root_dir=self.serverapp.root_dir,
            base_url=self.serverapp.base_url,
            program=self.gateway,
        )
        self.settings["mlops_supervisor"] = self.supervisor

    def initialize_handlers(self):
        """Add the routes."""
        self.handlers.extend(
            [
                (r"mlops/server", ServerHandler),
                (r"mlops/server/restart", RestartHandler),
                (r"mlops/api/v1/(.*)", GatewayHandler),
            ]
        )

    async def _start_jupyter_server_extension(self, _serverapp):
        if self.start_on_load:
            self.supervisor.start()

    async def stop_extension(self):
        """End the gateway."""
        await self.supervisor.close()
