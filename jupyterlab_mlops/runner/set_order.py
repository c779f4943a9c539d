"""The order of sets: how to make a set anew so that it iterates as the original does.

CPython keeps a set in a table whose size tells how it grew, and an item whose place is taken goes
on to the next one. A layout that gives the order is worked out and tried; another process, where
the items have the same hashes, takes it over.
"""

from __future__ import annotations

import bisect
import itertools
import sys

_ATOMS = frozenset({str, bytes, int, float, bool})
#: In smaller tables nothing can be put in order, larger ones take too long.
_SMALLEST, _MOST = 8, 20_000
#: How many places are looked at next to one that is taken, before the hash says where to go on.
_NEIGHBOURS = 9


def way_of(original):
    """Return how to make the set or frozenset again; None where putting its items in suffices.

    Returns
    -------
    tuple or None
        The arguments of `make_set`.
    """
    items, kind = list(original), type(original)
    if len(items) > _MOST or not all(map(_is_hashed_alike, items)) or list(kind(items)) == items:
        return None
    more = sys.getsizeof(original) - sys.getsizeof(kind())
    layout = _Layout(items, more // 16 or _SMALLEST)
    few = itertools.islice(itertools.permutations(items), 720 if layout.slots < 32 else 1)
    own = ((order, (), ()) if more else ((), order, ()) for order in few)
    ways = itertools.chain(own, [layout.parts()] if more else [])
    return next((w for p in ways if p and list(make_set(*(w := (kind, *p)))) == items), None)


def make_set(kind, first, later, fillers):
    """Return a set whose table has room for `first`, where then the items `later` are put in.

    `fillers` keep places taken until all is in; a frozenset cannot lose them again.
    """
    made = kind(set(first) | set(fillers)).union(later)
    if kind is frozenset:
        return made.difference(fillers) if fillers else made
    for filler in fillers:
        made.discard(filler)
    return made


class _Layout:
    """Places in a table of `slots` that are in the order of the items."""

    def __init__(self, items, slots):
        self._items = items
        self.slots = slots
        self._homes = [hash(item) & (slots - 1) for item in items]

    def parts(self):
        """Return items for their own places, others in the order to add them, and fillers."""
        taken, waits = self._places()
        if taken is None:
            return None
        order = _in_order({at: [taken.get(s) for s in passed] for at, passed in waits.items()})
        if order is None:
            return None
        homes = [self._items[at] for at in taken.values() if at not in waits]
        lost = {slot for passed in waits.values() for slot in passed} - taken.keys()
        # As many as make the table grow to this size at once.
        least = max(self.slots // 4, 5) if self.slots > _SMALLEST else 0
        free = (slot for slot in range(self.slots) if slot not in taken and slot not in lost)
        lost = [*lost, *(s for s, _ in zip(free, range(least - len(homes) - len(lost))))]
        room = max(0, self.slots // 2 - 1 - len(lost)) if least else 0
        fillers = [slot + (self.slots << 24) for slot in lost]
        return homes[:room], homes[room:] + [self._items[at] for at in order], fillers

    def _places(self):
        """Return which item is where, and for each that is not at home the places it has passed.

        Of all rising places, those are taken for which the items pass the fewest others.
        """
        # Ways so far, by their last place: rising places, falling numbers of places passed.
        ways = [(-1, 0, None, ())]
        for at in range(len(self._items)):
            found, passed = [], []
            for slot in self._probes(at):
                before = bisect.bisect_left(ways, (slot,)) - 1
                if before >= 0:
                    way = ways[before]
                    found.append((slot, way[1] + len(passed), way, tuple(passed)))
                passed.append(slot)
            found.sort(key=lambda way: way[:2])
            ways = []
            for way in found:
                if not ways or way[1] < ways[-1][1]:
                    ways.append(way)
            if not ways:
                return None, None
        taken, waits, way = {}, {}, ways[-1]
        for at in reversed(range(len(self._items))):
            slot, _, way_before, passed = way
            taken[slot] = at
            if passed:
                waits[at] = passed
            way = way_before
        return taken, waits

    def _probes(self, at):
        mask = self.slots - 1
        perturb = hash(self._items[at]) & (2**64 - 1)
        place = perturb & mask
        for _ in range(8):
            yield from range(place, place + 1 + (_NEIGHBOURS if place + _NEIGHBOURS <= mask else 0))
            perturb >>= 5
            place = (place * 5 + 1 + perturb) & mask


def _in_order(needs):
    """The keys of `needs`, each after those that it needs; None where they go in circles."""
    order = {}
    while len(order) < len(needs):
        ready = [
            at
            for at, before in needs.items()
            if at not in order and all(b not in needs or b in order for b in before)
        ]
        if not ready:
            return None
        order.update(dict.fromkeys(ready))
    return list(order)


def _is_hashed_alike(item):
    """Whether its hash is the same in every process that has the same seed for hashes."""
    if type(item) is tuple:
        return all(map(_is_hashed_alike, item))
    return type(item) in _ATOMS and item == item
