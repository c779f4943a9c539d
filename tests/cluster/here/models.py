"""Write the models of kserve.test.ts: a row's sum plus 1, plus 2, and a broken one."""

import json
import shutil
import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LinearRegression

ROOT = Path(__file__).resolve().parents[3]
RUNTIME = ROOT / "jupyterlab_mlops" / "serving" / "runtime.py"
ROWS = pd.DataFrame({"temp": [0.0, 1, 2, 3, 5], "hour": [1.0, 0, 4, 2, 2]})


def write(folder, added):
    """Write a model folder as the product lays it out."""
    folder.mkdir(parents=True)
    model = LinearRegression().fit(ROWS, ROWS.temp + ROWS.hour + added)
    joblib.dump(model, folder / "model.joblib")
    shutil.copy(RUNTIME, folder)
    column = {"datatype": "FP64", "dtype": "float64", "categories": None}
    extra = {
        "type": "sklearn.linear_model.LinearRegression",
        "task": "regression",
        "frame": "pandas",
        "columns": [{"name": name} | column for name in ROWS],
    }
    settings = {
        "name": "fraud",
        "implementation": "runtime.MlopsModel",
        "parameters": {"uri": "./model.joblib", "extra": extra},
    }
    (folder / "model-settings.json").write_text(json.dumps(settings))


out = Path(sys.argv[1])
write(out / "1" / "models", 1)
write(out / "2" / "models", 2)
write(out / "3" / "models", 2)
(out / "3" / "models" / "model.joblib").write_text("broken")
