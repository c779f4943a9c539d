"""Send recorded hours through an endpoint, with their event time, and the true values after them.

python replay.py --from 2011-04-01 --to 2011-07-01 [--environment prod] [--batch 24]
"""

import argparse
import csv
import json
import subprocess
import urllib.request
from pathlib import Path

NUMBERS = ("temp", "atemp", "hum", "windspeed")
WHOLE = ("hr", "weekday", "workingday", "holiday")


def features(row):
    """Return the columns that the model asks for, with their types."""
    return (
        {name: int(row[name]) for name in WHOLE}
        | {name: float(row[name]) for name in NUMBERS}
        | {"weathersit": row["weathersit"]}
    )


def post(address, token, path, body):
    """Post JSON to the endpoint's loopback address and return its reply."""
    request = urllib.request.Request(
        f"{address}/{path}",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def endpoint(environment, model):
    """Return the address of an endpoint and a token for it; both end with the gateway."""
    reply = subprocess.run(
        ["jupyter", "mlops", "environments", "token", environment, model, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(reply.stdout)
    return found["address"], found["token"]


def replay(address, token, rows, batch):
    """Send the rows in order; return the mean absolute error of the predictions."""
    error = 0.0
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        name = f"replay-{part[0]['datetime']}"
        reply = post(
            address,
            token,
            "predict",
            {
                "id": name,
                "rows": [features(row) for row in part],
                "eventTime": [row["datetime"] for row in part],
            },
        )
        truth = [int(row["bikers"]) for row in part]
        error += sum(
            abs(p - t) for p, t in zip(reply["predictions"], truth, strict=True)
        )
        labels = [
            {"id": name, "row": i, "value": value} for i, value in enumerate(truth)
        ]
        post(address, token, "feedback", {"labels": labels})
    return error / max(len(rows), 1)


def main():
    """Read the command line and replay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="start", default="2011-04-01")
    parser.add_argument("--to", dest="end", default="2011-07-01")
    parser.add_argument("--environment", default="prod")
    parser.add_argument("--model", default="bike-demand")
    parser.add_argument("--batch", type=int, default=24)
    options = parser.parse_args()
    with open(Path(__file__).parent / "data" / "rides-to-june.csv", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if options.start <= row["datetime"] < options.end
        ]
    address, token = endpoint(options.environment, options.model)
    error = replay(address, token, rows, options.batch)
    print(f"{len(rows)} hours sent; mean absolute error {error:.1f} bikes an hour")


if __name__ == "__main__":
    main()
