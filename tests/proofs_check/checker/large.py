#!/usr/bin/env python3
"""Writes a large true triple to FOLDER, to see how long the checker takes (not run by ctest).

    large.py FOLDER DEGREE [--letters all|2] [--state vector|matrix] [--outputs group|first]
                           [--no-shortcut]

The symmetric group on DEGREE points: DEGREE! rows. Letters are all its elements, or a swap and a
cycle, each a product of swaps; the state is (1, 2, ..) or the identity matrix, moved by the
letters. Outputs are the element itself (DEGREE! labels), or whether its first entry is the
smallest (2 labels). --no-shortcut gives the last entry of the bias another value, so that every
score has to be computed.
"""

import argparse
import hashlib
import itertools
import os


def swaps_of(p):
    """Pairs (i, j), to be applied one after the other, that take (x_k) to (x_p(k))."""
    p, swaps = list(p), []
    for i in range(len(p)):
        if p[i] != i:
            j = p.index(i)
            swaps.append((i, j))
            p[i], p[j] = p[j], p[i]
    return swaps[::-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("degree", type=int)
    parser.add_argument("--letters", choices=("all", "2"), default="2")
    parser.add_argument("--state", choices=("vector", "matrix"), default="vector")
    parser.add_argument("--outputs", choices=("group", "first"), default="group")
    parser.add_argument("--no-shortcut", action="store_true")
    o = parser.parse_args()

    n = o.degree
    group = list(itertools.permutations(range(n)))
    number = {p: r for r, p in enumerate(group)}
    letters = (
        group if o.letters == "all" else [(1, 0) + tuple(range(2, n)), tuple(range(1, n)) + (0,)]
    )
    names = "letters %d %s\n" % (len(letters), " ".join("a%d" % a for a in range(len(letters))))
    d = n if o.state == "matrix" else 1
    units = [" ".join(str(int(i == j)) for j in range(n)) for i in range(n)]

    def state(p):  # row k of the state is row p(k) of the start
        return " ".join(units[i] for i in p) if d > 1 else " ".join(str(i + 1) for i in p)

    if o.outputs == "group":
        label = range(len(group))
        weights = " ".join(map(state, group))
    else:  # is the first entry the smallest?
        label = [int(p[0] == 0) for p in group]
        first = ["1" if i == 0 else "0" for i in range(n * d)]
        weights = " ".join(
            ["0"] * (n * d) + (first if d > 1 else ["-" + x if x == "1" else x for x in first])
        )
    labels = max(label) + 1
    bias = [0] * labels
    scale = 1
    if o.outputs == "first":
        scale, bias = 2, ([1, 0] if d > 1 else [0, 3])
    elif o.no_shortcut:
        scale, bias[-1] = 4, -1
    names += "labels %d %s\n" % (labels, " ".join("l%d" % k for k in range(labels)))

    digests = []

    def write(name, parts):
        digest = hashlib.sha256()
        with open(os.path.join(o.folder, name), "w", encoding="ascii") as f:
            for part in parts:
                f.write(part)
                digest.update(part.encode())
        digests.append(digest.hexdigest())

    def model():
        yield (
            "statewright-model 1\n" + names + "layers 1\nlayer 0\nstate %d %d\nreads 1 0\n" % (n, d)
        )
        yield "start 1 %s\ninputs %d\n" % (state(range(n)), len(letters))
        for x, p in enumerate(letters):
            swaps = swaps_of(p)
            yield "input %d\ngh %d\n" % (x, len(swaps))
            for i, j in swaps:
                v = ["1" if k == i else "-1" if k == j else "0" for k in range(n)]
                yield "factor 2 1 1 %s\n" % " ".join(v)
            yield "add 0\n"
        yield "readout %d\nweights 1 %s\nbias %d %s\nend\n" % (
            labels,
            weights,
            scale,
            " ".join(map(str, bias)),
        )

    def following(p):
        return " ".join([str(number[tuple([p[i] for i in a])]) for a in letters])

    def automaton():
        yield "statewright-automaton 1\n" + names + "states %d\nstart 0\n" % len(group)
        for r, p in enumerate(group):
            yield "state %d %d %s\n" % (r, label[r], following(p))
        yield "end\n"

    def certificate():
        yield "statewright-certificate 1\nclaim every-word\narithmetic exact\n"
        yield "model %s\nautomaton %s\n" % tuple(digests)
        yield "denominators 1 1\ndepths 0\nrows %d\n" % len(group)
        for r, p in enumerate(group):
            yield "row %d %s %d\nnext %s\n" % (r, state(p), r, following(p))
        yield "end\n"

    write("large.model", model())
    write("large.automaton", automaton())
    write("large.certificate", certificate())


if __name__ == "__main__":
    main()
