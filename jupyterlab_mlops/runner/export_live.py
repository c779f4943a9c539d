"""Writes the model of a living kernel as a step would write it.

import sys; sys.path.insert(0, <the folder that holds the runner>)   # or by its path
export(globals(), "/where/to/write")
"""

from __future__ import annotations

import os
import sys
import types

if "jupyterlab_mlops_runner" not in sys.modules:
    sys.modules["jupyterlab_mlops_runner"] = types.ModuleType("jupyterlab_mlops_runner")
    sys.modules["jupyterlab_mlops_runner"].__path__ = [os.path.dirname(os.path.abspath(__file__))]


def export(namespace, output_folder, variable=None):
    """Write the trained models of `namespace` to `output_folder`/models/<variable>/.

    What a kernel cannot tell any more, such as the rows that the model was trained on, is listed
    in the description's `missing`. Nothing is printed and no random state moves.

    Parameters
    ----------
    namespace : dict
        The notebook's variables: `globals()`.
    output_folder : str
        Where the folder `models` is written.
    variable : str, optional
        Only this variable is a model.

    Returns
    -------
    list of dict
        As `models` in result.json: variable, type, kind, fitCaptured, folder.

    Raises
    ------
    ValueError
        There is no trained model.
    """
    from jupyterlab_mlops_runner import candidates, captures, description, kinds

    seen = {name: value for name, value in namespace.items() if not name.startswith("_")}
    found = candidates.find(seen, {}, captures.Captures(), variable)
    if not found:
        raise ValueError(
            f"The variable “{variable}” holds no trained model."
            if variable
            else "The notebook's variables hold no trained model."
        )
    written = []
    for candidate in found:
        place = os.path.join("models", candidate.variable)
        options = {"timeColumn": None, "trainingRowsKept": 0, "namespace": seen}
        description.write(candidate, os.path.join(output_folder, place), options)
        written.append(
            {
                "variable": candidate.variable,
                "type": kinds.type_name(candidate.model),
                "kind": candidate.kind,
                "fitCaptured": False,
                "folder": place,
            }
        )
    return written
