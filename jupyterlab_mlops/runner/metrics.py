"""Metrics of a step: numbers in a dictionary named `metrics`, and what sklearn.metrics gave."""

from __future__ import annotations

import ast
import math
import numbers


class Metrics:
    """Collects metrics cell by cell.

    Parameters
    ----------
    namespace : dict
        The notebook's variables.
    """

    def __init__(self, namespace):
        self._namespace = namespace
        self._names = []
        self._given = _numbers_in(namespace.get("metrics"))

    def after_cell(self, tree):
        """Note the names that a cell, as a syntax tree, binds to scores of sklearn.metrics."""
        for node in ast.walk(tree):
            for name in self._bound_scores(node):
                if name not in self._names:
                    self._names.append(name)

    def found(self):
        """Return name → number."""
        result = {}
        for name in self._names:
            value = self._namespace.get(name)
            if _is_number(value):
                result[name] = float(value)
        own = _numbers_in(self._namespace.get("metrics"))
        if own != self._given:
            result.update(own)
        return result

    def _bound_scores(self, node):
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            pairs = _pairs(node.target, node.value)
        else:
            return
        for name, value in pairs:
            if any(self._is_score(part) for part in ast.walk(value)):
                yield name

    def _is_score(self, node):
        if not isinstance(node, ast.Call):
            return False
        module = getattr(self._resolve(node.func), "__module__", None)
        return isinstance(module, str) and module.startswith("sklearn.metrics")

    def _resolve(self, node):
        """The object that a name or a dotted name stands for; None for anything else."""
        if isinstance(node, ast.Name):
            return self._namespace.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._resolve(node.value)
            # Only modules are asked: an attribute of an object may be code.
            return vars(owner).get(node.attr) if type(owner) is type(ast) else None
        return None


def _pairs(target, value):
    if isinstance(target, ast.Name):
        return [(target.id, value)]
    both_sequences = all(isinstance(node, (ast.Tuple, ast.List)) for node in (target, value))
    if not both_sequences or len(target.elts) != len(value.elts):
        return []
    both = zip(target.elts, value.elts)
    return [pair for part, given in both for pair in _pairs(part, given)]


def _numbers_in(value):
    if not isinstance(value, dict):
        return {}
    return {str(key): float(number) for key, number in value.items() if _is_number(number)}


def _is_number(value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    return math.isfinite(value)
