"""Counts verdicts and holds them against the bars."""

from collections import Counter

WORDS = ("equal", "refused", "failed", "different")
#: The least share of equal ones, of those not refused for a listed reason.
EQUAL = {"one": 1.0, "headings": 0.97, "cells": 0.95, "tags": 0.97}
BORDERS = 0.8


def count_line(mode, verdicts):
    """Return a mode's figures in one line."""
    count = Counter(v.word for v in verdicts)
    words = {"refused": "refused with a location", "different": "SILENTLY DIFFERENT"}
    figures = [f"{words.get(word, word)} {count[word]}" for word in WORDS]
    seconds = sum(v.seconds for v in verdicts)
    return f"{mode:9} total {len(verdicts)}, {', '.join(figures)}  ({seconds:.0f} s)"


def joins_lines(verdicts):
    """Return how many cells were joined for which reason, and what borders stay."""
    reasons = Counter(join["reason"] for v in verdicts for join in v.joins)
    words = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())
    kept, asked = borders(verdicts)
    share = kept / asked if asked else 1
    return [
        f"          joined: {words or 'none'}",
        f"          borders that stay: {kept} of {asked} ({share:.0%})",
    ]


def borders(verdicts):
    """Return how many borders between steps stay, and how many were asked for."""
    return sum(v.kept for v in verdicts), sum(v.asked for v in verdicts)


def missed(mode, verdicts):
    """Return a sentence for each bar that the verdicts of a mode miss."""
    count = Counter(v.word for v in verdicts)
    found = [
        f"{mode}: {count[word]} {name}, 0 are allowed"
        for word, name in (("different", "silently different"), ("failed", "failed"))
        if count[word]
    ]
    # In one step nothing needs to be refused.
    judged = [v for v in verdicts if mode == "one" or not v.listed]
    least = EQUAL[mode]
    if judged and count["equal"] < least * len(judged):
        found.append(
            f"{mode}: {count['equal']} of {len(judged)} equal, bar {least:.0%}"
        )
    return found


def missed_borders(verdicts):
    """Return a sentence where too many steps were joined over the corpus."""
    kept, asked = borders([v for v in verdicts if v.mode in ("cells", "headings")])
    if kept < BORDERS * asked:
        return [f"borders: {kept} of {asked} stay, bar {BORDERS:.0%}"]
    return []
