"""Golden vectors for ``src/statistics`` from scipy, numpy and scikit-learn.

Run ``python tests/golden/statistics.py`` to write them again; the files are committed,
so that the tests need no Python. Samples come from a linear congruential generator that
the tests have too (``golden-sample.ts``), so that only sizes and results are stored.
"""

import hashlib
import json
import math
import struct
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import special, stats
from sklearn import metrics

FOLDER = Path(__file__).parents[2] / "src" / "statistics" / "__tests__" / "fixtures"


def sample(size, seed, shift=0.0, power=1.0, decimals=None):
    """Numbers u**power + shift with u from x -> 1664525 x + 1013904223 mod 2**32."""
    state, values = seed, []
    for _ in range(size):
        state = (1664525 * state + 1013904223) % 2**32
        u = state / 2**32
        value = (u if power == 1 else u * u) + shift
        values.append(
            value
            if decimals is None
            else math.floor(value * 10**decimals) / 10**decimals
        )
    return values


def kolmogorov_smirnov():
    """Two-sample tests, and tails of the one-sample distribution."""
    sizes = [
        (1, 1),
        (1, 5),
        (2, 3),
        (5, 5),
        (7, 11),
        (30, 30),
        (50, 75),
        (120, 137),
        (100, 1000),
        (168, 2067),
        (168, 1899),
        (500, 500),
        (1000, 999),
        (2000, 4000),
        (5000, 137),
        (9999, 168),
        (10000, 10000),
        (10001, 168),
        (20000, 100),
        (20000, 15),
        (15000, 12000),
        (30000, 2000),
        (200, 199),
    ]
    settings = [
        {"shift": 0.0, "power": 1, "decimals": None},
        {"shift": 0.03, "power": 1, "decimals": None},
        {"shift": 0.15, "power": 1, "decimals": None},
        {"shift": 0.0, "power": 2, "decimals": None},
        {"shift": 0.1, "power": 1, "decimals": 1},
        {"shift": 2.0, "power": 1, "decimals": None},
    ]
    cases = []
    for index, (n1, n2) in enumerate(sizes):
        for setting in settings:
            if max(n1, n2) > 5000 and setting["decimals"] is not None:
                continue
            seeds = [12345 + 17 * index, 54321 + 31 * index]
            decimals = setting["decimals"]
            a = sample(n1, seeds[0], 0.0, 1, decimals)
            b = sample(n2, seeds[1], setting["shift"], setting["power"], decimals)
            result = stats.ks_2samp(a, b)
            cases.append(
                {
                    "n1": n1,
                    "n2": n2,
                    "seeds": seeds,
                    **setting,
                    "statistic": result.statistic,
                    "p": result.pvalue,
                }
            )
    tails = []
    for n in [
        1,
        2,
        5,
        10,
        50,
        100,
        140,
        141,
        200,
        500,
        1000,
        5000,
        20000,
        100000,
        100001,
        150000,
        2000000,
    ]:
        for t in [
            0.2,
            0.3,
            0.5,
            0.7,
            0.86,
            1.0,
            1.25,
            1.48,
            1.5,
            2.0,
            2.5,
            4.0,
            8.0,
            19.0,
            20.0,
        ]:
            d = t / math.sqrt(n)
            if d <= 1:
                tails.append({"n": n, "d": d, "p": float(stats.kstwo.sf(d, n))})
        for d in [0.4 / n, 0.6 / n, 1 / n, 1 - 0.5 / n, 0.5, 0.7]:
            tails.append({"n": n, "d": d, "p": float(stats.kstwo.sf(d, n))})
    return {"samples": cases, "tails": tails}


def gamma():
    """Logarithm of the gamma function, and the regularised incomplete one."""
    points = [1e-3, 0.5, 0.9, 1.5, 2.5, 3, 7.25, 15.5, 16, 40, 171.6, 1e3, 1e6]
    upper = [
        {"a": a, "x": a * factor, "q": float(special.gammaincc(a, a * factor))}
        for a in [0.01, 0.5, 1, 1.5, 3, 10, 50.5, 250, 2500]
        for factor in [0.01, 0.2, 0.7, 0.95, 1, 1.05, 1.3, 2, 5, 20]
    ]
    return {
        "logGamma": [{"x": x, "value": float(special.gammaln(x))} for x in points],
        "upper": upper,
    }


def contingency():
    """Chi-squared tests of homogeneity without small cells, and Fisher's exact test."""
    tables = [
        [[10, 20], [15, 15]],
        [[40, 60, 100], [30, 80, 90]],
        [[700, 300, 40], [70, 40, 22]],
        [[334, 310, 298, 287, 301, 296, 241], [24, 24, 24, 24, 24, 24, 24]],
        [[50, 50, 50], [50, 50, 50]],
        [[2000, 20], [100, 68]],
        [[1000, 900, 800, 700], [10, 90, 80, 300]],
    ]
    chi = []
    for table in tables:
        result = stats.chi2_contingency(table, correction=len(table[0]) == 2)
        chi.append(
            {
                "table": table,
                "statistic": result.statistic,
                "degrees": result.dof,
                "p": result.pvalue,
            }
        )
    small = [
        [[3, 1], [1, 3]],
        [[2067, 0], [165, 3]],
        [[8, 2], [1, 5]],
        [[0, 10], [10, 0]],
        [[5, 5], [5, 5]],
        [[2000, 4], [160, 8]],
        [[12, 0], [3, 0]],
        [[1, 9], [11, 3]],
    ]
    fisher = [
        {"table": table, "p": stats.fisher_exact(table).pvalue} for table in small
    ]
    return {"chiSquared": chi, "fisher": fisher}


def correction():
    """Adjusted p-values of Benjamini and Hochberg."""
    lists = [
        [0.5],
        [0.01, 0.02, 0.03, 0.04, 0.05],
        [0.9, 0.001, 0.2, 0.04, 0.04, 1.0],
        sample(40, 7, power=2),
    ]
    return [
        {"p": p, "adjusted": stats.false_discovery_control(p).tolist()} for p in lists
    ]


def distribution():
    """Quantiles and histograms."""
    values = sample(501, 99, power=2)
    quantiles = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
    edges = np.quantile(values, np.arange(1, 10) / 10)
    inside = np.digitize(values, edges)
    counts, width_edges = np.histogram(values, 20)
    return {
        "size": 501,
        "seed": 99,
        "probabilities": quantiles,
        "quantiles": np.quantile(values, quantiles).tolist(),
        "mean": float(np.mean(values)),
        "sd": float(np.std(values, ddof=1)),
        "frequencyEdges": edges.tolist(),
        "frequencyCounts": np.bincount(inside, minlength=10).tolist(),
        "widthEdges": width_edges.tolist(),
        "widthCounts": counts.tolist(),
    }


def performance():
    """Metrics of regression and classification."""
    labels = [10 * v for v in sample(200, 3)]
    predictions = [v + w - 0.5 for v, w in zip(labels, sample(200, 4), strict=True)]
    classes = ["a", "b", "c"]
    truth = [classes[int(3 * v)] for v in sample(200, 5)]
    raw = np.array(sample(600, 6)).reshape(200, 3) + 0.01
    raw[0] = [0, 1, 0] if truth[0] != "b" else [1, 0, 0]
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    guess = [classes[i] for i in probabilities.argmax(axis=1)]
    return {
        "meanAbsoluteError": metrics.mean_absolute_error(labels, predictions),
        "rootMeanSquaredError": metrics.root_mean_squared_error(labels, predictions),
        "rSquared": metrics.r2_score(labels, predictions),
        "truth": truth,
        "guess": guess,
        "probabilities": probabilities.tolist(),
        "accuracy": metrics.accuracy_score(truth, guess),
        "f1": {
            c: metrics.f1_score(truth, guess, labels=[c], average="macro")
            for c in classes
        },
        "macroF1": metrics.f1_score(truth, guess, average="macro"),
        "logLoss": metrics.log_loss(truth, probabilities),
    }


def xoshiro(seed, count):
    """First numbers of xoshiro128** 1.1 over SplitMix32, apart from the TypeScript."""
    mask = 2**32 - 1

    def rotate(x, k):
        return ((x << k) | (x >> (32 - k))) & mask

    state = []
    for i in range(1, 5):
        z = (seed + i * 0x9E3779B9) & mask
        z = ((z ^ (z >> 16)) * 0x85EBCA6B) & mask
        z = ((z ^ (z >> 13)) * 0xC2B2AE35) & mask
        state.append(z ^ (z >> 16))
    numbers = []
    for _ in range(count):
        numbers.append((rotate((state[1] * 5) & mask, 7) * 9) & mask)
        t = (state[1] << 9) & mask
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotate(state[3], 11)
    return numbers


def row_digests():
    """Rows and the digest that the step runner's format gives them."""
    rows = [
        {"row": {}, "target": None},
        {"row": {"temp": 0.24, "hr": 5, "weathersit": "clear"}, "target": 16},
        {
            "row": {"b": True, "a": False, "ü": None, "Z": -0.0, "": "empty name"},
            "target": 0,
        },
        {
            "row": {"\ue000": 1, "\U0001f600": 2, "text": "ÄÖ€\U0001f600"},
            "target": "yes",
        },
        {"row": {"long": "x" * 300, "big": 1e300, "tiny": 5e-324}, "target": None},
    ]
    for entry in rows:
        columns = dict(entry["row"])
        columns["\0target"] = entry["target"]
        message = b""
        for name in sorted(columns, key=lambda n: n.encode()):
            value = columns[name]
            message += name.encode() + b"\0"
            if value is None:
                message += b"z"
            elif isinstance(value, str):
                message += (
                    b"s" + struct.pack(">I", len(value.encode())) + value.encode()
                )
            else:
                message += b"n" + struct.pack(">d", float(value) + 0.0)
        entry["bytes"] = message.hex()
        entry["digest"] = hashlib.sha256(message).hexdigest()[:32]
    return rows


def write(name, content):
    """One committed file, with the versions that made it."""
    made_by = ", ".join(f"{m.__name__} {m.__version__}" for m in (scipy, np, sklearn))
    text = json.dumps({"madeBy": made_by, "content": content}, ensure_ascii=True)
    (FOLDER / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("kolmogorov-smirnov", kolmogorov_smirnov())
    write("gamma", gamma())
    write("contingency", contingency())
    write("correction", correction())
    write("distribution", distribution())
    write("performance", performance())
    write(
        "random",
        [
            {"seed": seed, "numbers": xoshiro(seed, 12)}
            for seed in (0, 1, 42, 2**32 - 1)
        ],
    )
    write("row-digests", row_digests())
