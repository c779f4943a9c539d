"""Calls the notebook's objects so that nothing shows and no random state moves."""

from __future__ import annotations

import contextlib
import io
import random
import sys
import warnings


@contextlib.contextmanager
def quietly():
    """Within: output and warnings go nowhere, random states are put back afterwards."""
    state = random.getstate()
    numpy_random = sys.modules.get("numpy.random")
    numpy_state = numpy_random.get_state() if numpy_random is not None else None
    nowhere = io.StringIO()
    try:
        silence = warnings.catch_warnings()
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), silence:
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)
        if numpy_state is not None:
            numpy_random.set_state(numpy_state)
