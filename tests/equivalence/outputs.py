"""Compares two executions of a notebook, cell by cell."""

import difflib
import hashlib
import json
import re

#: What may differ between two right executions: addresses, times, random names.
MASKS = [
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"\b0x[0-9a-f]{6,16}\b", "0x<address>"),
        (r"/tmp/ipykernel_\d+/\d+\.py", "<cell>"),
        (r"(?m)^(CPU times|Wall time|Compiler *)\b.*$", r"\1 <time>"),
        (r"[\d.]+ \S+ ± .* per loop .*", "<timing>"),
        (r"The slowest run took .*\n", ""),
        (r"(?m)^(Ran \d+ tests?) in [\d.]+s$", r"\1 in <time>"),
        (r"sk-(container|estimator)-id-\d+", r"sk-\1-id"),
        (r"\bT_[0-9a-f]{5}", "T_<id>"),
        # A figure's SVG names its parts at random.
        (r"\b[mpC][0-9a-f]{10}\b", "<part>"),
    )
]


def mask(text, folder):
    """Return text with everything masked that may differ."""
    text = "".join(text) if isinstance(text, list) else str(text)
    text = text.replace(str(folder), "<folder>")
    for pattern, words in MASKS:
        text = pattern.sub(words, text)
    return text


def shown(text):
    """Return what a screen shows after carriage returns."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rsplit("\r", 1)[-1] for line in lines)


def _representation(kind, value, folder):
    if kind.startswith("image/") and kind != "image/svg+xml":
        content = "".join(value).replace("\n", "")
        return hashlib.sha256(content.encode()).hexdigest()[:16]
    if isinstance(value, dict):
        return json.loads(mask(json.dumps(value, sort_keys=True), folder))
    return mask(value, folder)


def comparable(cell, folder):
    """Return a cell's outputs in the form that is compared.

    Standard output and what is displayed keep their order; standard error stands apart,
    for a kernel sends it by a path of its own.
    """
    order, errors = [], ""
    for output in cell["outputs"]:
        kind = output["output_type"]
        if kind == "stream":
            text = "".join(output["text"])
            if output["name"] == "stderr":
                errors += text
            elif order and "stdout" in order[-1]:
                order[-1]["stdout"] += text
            else:
                order.append({"stdout": text})
        elif kind == "error":
            words = mask(output["evalue"], folder)
            order.append({"error": output["ename"], "words": words})
        else:
            data = {
                name: _representation(name, value, folder)
                for name, value in sorted(output["data"].items())
            }
            order.append({kind: data})
    for entry in order:
        if "stdout" in entry:
            entry["stdout"] = mask(shown(entry["stdout"]), folder)
    return {"shown": order, "stderr": mask(shown(errors), folder)}


def outputs_of(notebook, folder):
    """Return the outputs of each code cell, by its position in the notebook."""
    return {
        at: comparable(cell, folder)
        for at, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code"
    }


def until_error(outputs):
    """Return the outputs up to the cell whose error has ended the notebook."""
    errors = [
        at for at, cell in outputs.items() if any("error" in o for o in cell["shown"])
    ]
    return {at: cell for at, cell in outputs.items() if at <= max(errors)}


def difference(expected, found):
    """Return the first cell that differs and how, or None where all are equal."""
    for at, outputs in expected.items():
        other = found.get(at)
        if outputs != other:
            pair = (_lines(outputs), _lines(other))
            lines = difflib.unified_diff(
                *pair, "one kernel", "pipeline", lineterm="", n=1
            )
            return at, "\n".join(lines)
    return None


def _lines(outputs):
    text = json.dumps(outputs, indent=1, ensure_ascii=False)
    return text.replace("\\n", "\n").splitlines()
