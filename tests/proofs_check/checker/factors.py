#!/usr/bin/env python3
"""The claims of FORMAT.md 4.5 and 4.6 against a second implementation, over true and damaged files.

    factors.py CHECKER [--seed N] [--budget N]

True certificates are written here from known factorisations, by Fractions; each rule is broken once
and must be named; then every token and line is damaged (mutate.py's mutants), and exit code and
rule must be those that `predict` finds. A mutant that is VERIFIED is true: `predict` decides each
obligation anew.
"""

import sys
from fractions import Fraction

sys.dont_write_bytecode = True
import machines  # noqa: E402
import theorem_lanes  # noqa: E402
from machines import Lines, Malformed, count, den, integer, join, need, over, scaled  # noqa: E402

HEX = set(b"0123456789abcdef")


class Broken(Exception):
    """The rule that fails."""


# ---------------------------------------------------------------- matrices


def product(factors, n):
    return machines.matrix_of(("gh", factors), n)


def determinant(m):
    """Laplace's formula."""
    if not m:
        return Fraction(1)
    return sum(
        (-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1 :] for row in m[1:]])
        for j in range(len(m))
    )


def times(a, b):
    return [[sum(row[k] * b[k][j] for k in range(len(b))) for j in range(len(b))] for row in a]


def minus_transpose_square(a):
    n = len(a)
    return [
        [Fraction(int(i == j)) - sum(a[k][i] * a[k][j] for k in range(n)) for j in range(n)]
        for i in range(n)
    ]


def ldl(s):
    """L, D with s = L D L^T, s positive semidefinite."""
    n, s = len(s), [row[:] for row in s]
    low, d = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)], [Fraction(0)] * n
    for k in range(n):
        if s[k][k] == 0:
            continue
        d[k] = s[k][k]
        for i in range(k + 1, n):
            low[i][k] = s[i][k] / d[k]
            for j in range(k + 1, n):
                s[i][j] -= low[i][k] * s[k][j]
    return low, d


# ---------------------------------------------------------------- what the checker must say


def digest(f, subject, data):
    token = f.take(subject)
    need(token and len(token[0]) == 64 and set(token[0]) <= HEX)
    if token[0].decode() != machines.sha(data):
        raise Broken("4 digest")
    need(len(token) == 1)


def head(f, claim):
    need(f.number("statewright-certificate") == 1)
    need(f.take("claim", 1)[0] == claim)
    need(f.take("arithmetic", 1)[0] == b"exact")


def predict_factors(model_data, data):
    model = machines.parse_model(model_data)
    f = Lines(data)
    head(f, b"factors")
    digest(f, "model", model_data)
    claims = []
    for _ in range(f.number("matrices", 1)):
        i, x = f.take("matrix", 2)
        layer = model.layers[count(i, len(model.layers))]
        a, n = layer.matrices[count(x, len(layer.matrices))], layer.N
        line = f.take()
        if line[0] == b"expanding":
            need(len(line) == 1 + n)
            claims.append((a, [integer(t) for t in line[1:]], None, None, None, None))
            continue
        need(line[0] == b"product" and len(line) > 1)
        factors = None
        if count(line[1], 2) == 1:
            need(len(line) == 5)
            bound = integer(line[3])
            need(bound >= 0)
            factors = [Fraction(bound, den(line[4]))]
            for _ in range(count(line[2])):
                t = f.take("factor", 3 + n)
                v = scaled(t[2:])
                need(any(v))
                factors.append((Fraction(integer(t[0]), den(t[1])), v))
        else:
            need(len(line) == 2)
        r = f.number("minor", 0, n + 1)
        places = [[count(t, n) for t in f.take(word, r)] for word in ("rows", "columns")]
        need(all(p == sorted(set(p)) for p in places))
        line, pencil = f.take("pencil"), None
        need(line)
        if count(line[0], 2) == 1:
            need(len(line) == 2 + n * n)
            pencil = machines.rows_of(scaled(line[1:]), n), [integer(t) for t in f.take("negative", n)]
        else:
            need(len(line) == 1)
        line, norm = f.take("norm"), None
        need(line)
        if count(line[0], 2) == 1:
            need(len(line) == 2 + n)
            norm = scaled(line[1:]), machines.rows_of(f.fractions("lower", n * n), n)
        else:
            need(len(line) == 1)
        claims.append((a, None, factors, places, pencil, norm))
    f.end()
    for a, x, factors, places, pencil, norm in claims:
        n = len(a)
        if x is not None:
            image = [sum(a[i][j] * x[j] for j in range(n)) for i in range(n)]
            need(sum(y * y for y in image) > sum(y * y for y in x), broken("4.5 expanding"))
            continue
        if factors is not None:
            need(all(0 <= beta <= 2 for beta, _ in factors[1:]), broken("4.5 beta"))
            p = product(factors[1:], n)
            off = sum((a[i][j] - p[i][j]) ** 2 for i in range(n) for j in range(n))
            need(off <= factors[0] ** 2, broken("4.5 product"))
        rows, columns = places
        need(determinant([[a[i][j] - int(i == j) for j in columns] for i in rows]) != 0,
             broken("4.5 minor"))
        if pencil is not None:
            z, q = pencil
            moved = [[int(i == j) - a[i][j] for j in range(n)] for i in range(n)]
            y = times(z, moved)
            need(times(y, moved) == minus_transpose_square(a), broken("4.5 pencil"))
            powers = [[[Fraction(int(i == j)) for j in range(n)] for i in range(n)]]
            while len(powers) < 2 * n:
                powers.append(times(powers[-1], y))
            traces = [sum(p[i][i] for i in range(n)) for p in powers]
            value = sum(q[i] * traces[i + j] * q[j] for i in range(n) for j in range(n))
            need(value < 0, broken("4.5 negative"))
        if norm is not None:
            d, low = norm
            need(all(e >= 0 for e in d), broken("4.5 pivots"))
            square = [
                [sum(low[i][k] * d[k] * low[j][k] for k in range(n)) for j in range(n)]
                for i in range(n)
            ]
            need(square == minus_transpose_square(a), broken("4.5 norm"))


def predict_single(automaton_data, data):
    m = machines.parse_automaton(automaton_data)
    f = Lines(data)
    head(f, b"no-single-factor")
    digest(f, "automaton", automaton_data)
    a = f.number("letter", 0, len(m.letters))
    pairs = []
    for first, last, least, times in (("u", "x", 1, 0), ("y", "z", 0, 1)):
        words = [[count(t, len(m.letters)) for t in f.listed(w)] for w in (first, last)]
        need(len(words[1]) >= least)
        names = f.take("outputs", 2)
        for name in names:
            need(machines.NAME.fullmatch(name))
        pairs.append((words, times, [name.decode() for name in names]))
    f.end()
    for rule, ((u, x), times, names) in zip(("4.6 involution", "4.6 idempotent"), pairs):
        found = [m.label(m.run(u + [a] * k + x)) for k in (2, times)]
        need(found == names and found[0] != found[1], broken(rule))


def broken(rule):
    return lambda: Broken(rule)


def predict(subject, data):
    """(exit code, the rule)"""
    kind, content = subject
    try:
        (predict_factors if kind == "--model" else predict_single)(content, data)
        return 0, ""
    except Malformed:
        return 2, ""
    except Broken as rule:
        return 1, str(rule)


# ---------------------------------------------------------------- true certificates


def network(matrices):
    """One layer, a letter for each transition."""
    n = max(len(m[1]) if m[0] != "gh" else len(m[1][0][1]) for m in matrices)
    layer = machines.Layer([0], [[1]] + [[0]] * (n - 1), [(a, None) for a in matrices],
                           [[0] * n], [0])
    return machines.Model([chr(97 + i) for i in range(len(matrices))], ["any"], [layer])


def matrix_lines(place, a, factors, error=0, norm=True, pencil=None):
    """The claim that A is this product; the minor is the first found that is not 0."""
    n = len(a)
    lines = [["matrix"] + place]
    if factors is None:
        lines.append(["product", 0])
    else:
        error = Fraction(error)
        lines.append(["product", 1, len(factors), error.numerator, error.denominator])
        for beta, v in factors:
            beta = Fraction(beta)
            lines.append(["factor", beta.numerator, beta.denominator] + over(v))
    rows, columns = [], []
    while True:  # grow a minor by a row and a column
        grown = next(
            ((sorted(rows + [i]), sorted(columns + [j])) for i in range(n) for j in range(n)
             if i not in rows and j not in columns and determinant(
                 [[a[r][c] - int(r == c) for c in sorted(columns + [j])]
                  for r in sorted(rows + [i])]) != 0), None)
        if grown is None:
            break
        rows, columns = grown
    lines += [["minor", len(rows)], ["rows"] + rows, ["columns"] + columns]
    if pencil is None:
        lines.append(["pencil", 0])
    else:
        z, q = pencil
        lines += [["pencil", 1] + over([x for row in z for x in row]), ["negative"] + q]
    if not norm:
        return lines + [["norm", 0]]
    low, d = ldl(minus_transpose_square(a))
    return lines + [["norm", 1] + over(d), ["lower"] + over([x for row in low for x in row])]


def certificate(model_data, blocks):
    lines = [["statewright-certificate", 1], ["claim", "factors"], ["arithmetic", "exact"]]
    lines += [["model", machines.sha(model_data)], ["matrices", len(blocks)]]
    return join(lines + [line for block in blocks for line in block] + [["end"]])


def true_cases():
    """((option, subject), certificate)"""
    half = Fraction(1, 2)
    turn = [(2, [1, 0, 0]), (2, [Fraction(3), 1, 0])]
    mixed = [(half, [1, 1, 0]), (1, [0, 1, 2]), (Fraction(3, 2), [1, 0, -1])]
    shear = ("dense", [[Fraction(1), Fraction(1), Fraction(0)], [Fraction(0), Fraction(1),
             Fraction(0)], [Fraction(0), Fraction(0), Fraction(1)]])
    shrink = ("diagonal", [half, Fraction(-1), Fraction(1)])
    # Half a turn's cosine 3/5 and sine 4/5, beside 1. On the plane I - A^T A = 3/4, and with B = I - A
    # the matrix Z = (3/4) B^-2 makes Y = (3/4) B^-1, of eigenvalues c +- i s = (21 +- 12 i)/26.
    spiral = ("dense", [[Fraction(3, 10), Fraction(-4, 10), Fraction(0)], [Fraction(4, 10),
              Fraction(3, 10), Fraction(0)], [Fraction(0), Fraction(0), Fraction(1)]])
    inverse = [[Fraction(14, 13), Fraction(-8, 13), Fraction(0)],
               [Fraction(8, 13), Fraction(14, 13), Fraction(0)],
               [Fraction(0)] * 3]
    z = [[Fraction(3, 4) * x for x in row] for row in times(inverse, inverse)]
    # For q(t) = t (t - c) the sum of q(lambda)^2 is -2 s^2 (c^2 - s^2) < 0, and q(0) = 0.
    pencil = z, [0, -21, 26]
    model = network([("gh", turn), ("gh", mixed), shear, shrink, spiral])
    data = machines.write_model(model)
    layer = model.layers[0]
    axis = [(half, [1, 0, 0]), (2, [0, 1, 0])]
    blocks = [
        matrix_lines([0, 0], layer.matrices[0], turn),
        matrix_lines([0, 1], layer.matrices[1], mixed),
        [["matrix", 0, 2], ["expanding", 1, 2, 0]],
        matrix_lines([0, 3], layer.matrices[3], axis),
    ]
    near = [(half + Fraction(1, 100), [1, 0, 0]), (2, [0, 1, 0])]
    blocks.append(matrix_lines([0, 3], layer.matrices[3], near, Fraction(1, 50), norm=False))
    blocks.append(matrix_lines([0, 3], layer.matrices[3], None))
    three = [(Fraction(3, 2), [-2, 1, 0]), (half, [1, 2, 0]), (2, [1, 0, 0])]
    blocks.append(matrix_lines([0, 4], layer.matrices[4], three, pencil=pencil))
    yield ("--model", data), certificate(data, blocks)

    letters, labels = ["0", "1"], ["a", "b", "c"]
    thirds = machines.Automaton(letters, labels, 0, [(q, [q, (q + 1) % 3]) for q in range(3)])
    data = machines.write_automaton(thirds)
    lines = [["statewright-certificate", 1], ["claim", "no-single-factor"], ["arithmetic", "exact"]]
    lines += [["automaton", machines.sha(data)], ["letter", 1], ["u", 1, 0], ["x", 1, 0]]
    lines += [["outputs", "c", "a"], ["y", 1, 1], ["z", 0], ["outputs", "a", "c"], ["end"]]
    yield ("--automaton", data), join(lines)


def broken_cases(cases):
    """(the rule, subject, certificate): each rule broken once, and nothing else."""
    ((_, model), factors), ((_, automaton), single) = cases
    text, other = factors.decode(), single.decode()
    for rule, old, new in (
        ("4.5 beta", "factor 2 1 1 3 1 0", "factor 5 2 1 3 1 0"),
        ("4.5 beta", "factor 1 2 1 1 1 0", "factor -1 2 1 1 1 0"),
        ("4.5 product", "factor 2 1 1 3 1 0", "factor 2 1 1 2 1 0"),
        ("4.5 product", "product 1 2 1 50", "product 1 2 1 200"),
        ("4.5 expanding", "expanding 1 2 0", "expanding 1 0 0"),
        ("4.5 minor", "minor 2\nrows 0 1\ncolumns 0 1\npencil 0\nnorm 0",
         "minor 2\nrows 0 2\ncolumns 0 1\npencil 0\nnorm 0"),
        ("4.5 pencil", "pencil 1 ", "pencil 1 1"),
        ("4.5 negative", "negative 0 -21 26", "negative 26 0 0"),
        ("4.5 negative", "negative 0 -21 26", "negative 0 0 0"),
        ("4.5 pivots", "norm 1 4 3 0 0", "norm 1 4 3 0 -1"),
        ("4.5 norm", "norm 1 4 3 0 0", "norm 1 4 3 0 1"),
        ("4.5 norm", "norm 1 4 3 0 0", "norm 1 8 3 0 0"),
        ("4.5 norm", "lower 134519 134519 0 0", "lower 134519 134518 0 0"),
        ("4 digest", "model ", ""),
    ):
        changed = theorem_lanes.replaced(text, rule, old, new)
        yield rule, ("--model", model), changed.encode()
    for rule, old, new in (
        ("4.6 involution", "outputs c a", "outputs a a"),
        ("4.6 involution", "outputs c a", "outputs c b"),
        ("4.6 idempotent", "outputs a c", "outputs c a"),
        ("4.6 idempotent", "y 1 1", "y 0"),
        ("4.6 involution", "letter 1", "letter 0"),
    ):
        changed = theorem_lanes.replaced(other, rule, old, new)
        yield rule, ("--automaton", automaton), changed.encode()


if __name__ == "__main__":
    CASES = list(true_cases())
    theorem_lanes.run(__doc__, predict, CASES, broken_cases(CASES), CASES)
