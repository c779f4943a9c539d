"""How much memory there is for a step, and whether the system killed for the want of it."""

from __future__ import annotations

import os
import sys

from .documents import open_file


def limit_bytes():
    """Return the memory that may be used, in bytes: the machine's or the control group's."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in (
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ):
        text = _text(path)
        if text.isdigit():
            limits.append(int(text))
    return min(limits)


def kills():
    """Return how many processes of this control group the system has killed for lack of memory."""
    for line in _text("/sys/fs/cgroup/memory.events").splitlines():
        name, _, count = line.partition(" ")
        if name == "oom_kill":
            return int(count)
    return 0


def peak_bytes(usage):
    """Return the peak resident size in bytes from a resource usage (kilobytes, on macOS bytes)."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _text(path):
    try:
        with open_file(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
