"""The errors that a step reports in result.json."""

from __future__ import annotations


class StepFailure(Exception):
    """A step cannot go on.

    Parameters
    ----------
    code : str
        Stable and machine readable.
    message : str
        What happened, naming the thing.
    **more
        `cause`, `action`, `cell`, `index`, `line`, `traceback`, as result.json has them.
    """

    def __init__(self, code, message, **more):
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = {key: value for key, value in more.items() if value is not None}

    def document(self):
        """Return the error as result.json has it."""
        return {"code": self.code, "message": self.message, **self.more}
