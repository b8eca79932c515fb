#!/usr/bin/env python3
"""The claims of FORMAT.md 4.9 and 4.10 against a second implementation, over true and damaged files.

    stability.py CHECKER [--seed N] [--budget N]

True certificates are written here by Fractions from forms that are known by mathematics; each rule
is broken once and must be named; then every token and line is damaged (mutate.py's mutants), and
exit code and rule must be those that `predict` finds. A mutant that is VERIFIED is true: `predict`
decides each obligation anew.
"""

import sys
from fractions import Fraction

sys.dont_write_bytecode = True
import machines  # noqa: E402
import theorem_lanes  # noqa: E402
from factors import Broken, digest, times  # noqa: E402
from machines import Lines, Malformed, count, den, integer, join, need  # noqa: E402
from spectra import of_model, primitive, read_squares, rows, squares_lines  # noqa: E402


def transpose(a):
    return [list(column) for column in zip(*a)]


def minus(a, b, scale=1):
    return [[x - scale * y for x, y in zip(r, s)] for r, s in zip(a, b)]


def identity(n):
    return [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]


def value(p, x):
    return sum(x[i] * p[i][j] * x[j] for i in range(len(x)) for j in range(len(x)))


def congruent(p, a):
    return times(transpose(a), times(p, a))


def extended(layer, x):
    """(A B; 0 1)"""
    a, b = layer.matrices[x], layer.inputs[x][1]
    n, d = layer.N, layer.D
    top = [[Fraction(t) for t in a[i]] + [Fraction(t) for t in (b[i] if b else [0] * d)]
           for i in range(n)]
    return top + [[Fraction(0)] * n + row for row in identity(d)]


# ---------------------------------------------------------------- what the checker must say


def rule(section, holds, name):
    if not holds:
        raise Broken(section + " " + name)


def fraction(tokens, least):
    value = integer(tokens[0])
    need(value >= least)
    return Fraction(value, den(tokens[1]))


def read_form(f, n):
    numbers = [integer(t) for t in f.take("form", n * n)]
    return [numbers[i * n : i * n + n] for i in range(n)]


def check_squares(section, squares, s):
    scale, terms = squares
    rule(section, all(weight >= 0 for weight, _ in terms), "weights")
    s, n = primitive(s), range(len(s))
    rule(section, all(sum(d * w[i] * w[j] for d, w in terms) == scale * s[i][j]
                      for i in n for j in n), "squares")


def read_part(model, f):
    i = f.number("layer", 0, len(model.layers))
    layer = model.layers[i]
    part = {"layer": layer, "form": read_form(f, layer.N), "inputs": [], "states": None}
    part["least"] = fraction(f.take("least", 2), 1)
    part["above"] = read_squares(f, layer.N)
    for _ in range(f.number("inputs", 1)):
        line = f.take("input", 3)
        x = count(line[0], len(layer.inputs))
        need(not part["inputs"] or x > part["inputs"][-1][0])
        q = fraction(line[1:], 0)
        need(q <= 1)
        part["inputs"].append((x, q, read_squares(f, layer.N)))
    line = f.take("states")
    need(line)
    if count(line[0], 2) == 1:
        need(len(line) == 3)
        radius = fraction(line[1:], 0)
        center = f.fractions("center", layer.N * layer.D)
        part["states"] = radius, [center[k * layer.D : (k + 1) * layer.D] for k in range(layer.N)]
    else:
        need(len(line) == 1)
    return part


def check_part(part):
    layer, p = part["layer"], part["form"]
    n = layer.N
    rule("4.9", p == transpose(p), "symmetric")
    check_squares("4.9", part["above"], minus(p, identity(n), part["least"]))
    for x, q, squares in part["inputs"]:
        after = congruent(p, layer.matrices[x])
        check_squares("4.9", squares, minus([[q * q * t for t in row] for row in p], after))
    if part["states"] is None:
        return
    radius, center = part["states"]
    columns = range(layer.D)
    off = minus(layer.start, center)
    rule("4.9", all(value(p, [row[d] for row in off]) <= radius for d in columns), "start")
    for x, q, _ in part["inputs"]:
        moved = minus(layer.step(center, x), center)
        rule("4.9", all(value(p, [row[d] for row in moved]) <= (1 - q) ** 2 * radius
                        for d in columns), "step")


def unbounded_obligation(model, f):
    layer = model.layers[f.number("layer", 0, len(model.layers))]
    m = layer.N + layer.D
    inputs = [count(t, len(layer.inputs)) for t in f.listed("product")]
    need(inputs)
    p = read_form(f, m)
    r = fraction(f.take("growth", 2), 1)
    need(r >= 1)
    squares = read_squares(f, m)
    x = [integer(t) for t in f.take("vector", m)]
    f.end()
    rule("4.10", p == transpose(p), "symmetric")
    e = identity(m)
    for at in inputs:
        e = times(extended(layer, at), e)
    q = p if r > 1 else minus(congruent(p, e), p)
    check_squares("4.10", squares, minus(congruent(q, e), q, r))
    rule("4.10", value(q, x) > 0, "vector")


def obligations(model_data, data):
    model = machines.parse_model(model_data)
    f = Lines(data)
    need(f.number("statewright-certificate") == 1)
    claim = f.take("claim", 1)[0]
    need(claim in (b"bounded", b"unbounded"))
    need(f.take("arithmetic", 1)[0] == b"exact")
    digest(f, "model", model_data)
    if claim == b"unbounded":
        unbounded_obligation(model, f)
        return
    parts = [read_part(model, f) for _ in range(f.number("parts", 1))]
    f.end()
    for part in parts:
        check_part(part)


def predict(model_data, data):
    """(exit code, the rule)"""
    try:
        obligations(model_data, data)
        return 0, ""
    except Malformed:
        return 2, ""
    except Broken as broken:
        return 1, str(broken)


# ---------------------------------------------------------------- true certificates


def layer(reads, start, transitions):
    n, d = len(start), len(start[0])
    return machines.Layer(reads, start, transitions, [[Fraction(1 + k)] * (n * d) for k in range(2)],
                          [Fraction(0)] * 2)


def head(claim, data):
    return [["statewright-certificate", 1], ["claim", claim], ["arithmetic", "exact"],
            ["model", machines.sha(data)]]


def flat(a):
    return [int(x) for row in a for x in row]


def part_lines(i, one, p, least, inputs, states=None):
    """`states`: (R^2, center)."""
    lines = [["layer", i], ["form"] + flat(p), ["least", least.numerator, least.denominator]]
    lines += squares_lines(primitive(minus(p, identity(one.N), least)))
    lines.append(["inputs", len(inputs)])
    for x, q in inputs:
        lines.append(["input", x, q.numerator, q.denominator])
        left = minus([[q * q * t for t in row] for row in p], congruent(p, one.matrices[x]))
        lines += squares_lines(primitive(left))
    if states is None:
        return lines + [["states", 0]]
    radius, center = states
    values = machines.over([t for row in center for t in row], 1)
    return lines + [["states", 1, radius.numerator, radius.denominator], ["center"] + values]


def bounded_case():
    """A turn about a point and a projection to it, in two columns; then a shear and a sign."""
    half = Fraction(1, 2)
    center = [[Fraction(1), Fraction(-2)], [half, Fraction(0)]]
    turn, shrink = rows("0 -1", "1 0"), rows("1/2 0", "0 1/3")

    def additions(a, by):
        """b with A c + b - c = by"""
        moved = minus(center, times(a, center))
        return [[x + y for x, y in zip(r, s)] for r, s in zip(moved, by)]

    zero = [[Fraction(0)] * 2] * 2
    first = layer([0], [[Fraction(4), Fraction(-2)], [half, Fraction(1)]], [
        (("dense", turn), additions(turn, zero)),
        (("dense", shrink), additions(shrink, [[Fraction(3, 2), half], [Fraction(0), half]])),
        (("gh", []), None)])
    second = layer([0, 1], [[Fraction(1)], [Fraction(1)]], [
        (("dense", rows("1/2 3", "0 1/2")), None), (("dense", rows("-1/2 1", "0 1/4")), None),
        (("gh", [(Fraction(2), [Fraction(1), Fraction(0)])]), None),
        (("diagonal", [half, half]), None), (("diagonal", [half, -half]), None),
        (("diagonal", [-half, half]), None)])
    model = machines.Model(["a", "b", "c"], ["no", "yes"], [first, second])
    data = machines.write_model(model)
    lines = head("bounded", data) + [["parts", 3]]
    lines += part_lines(0, first, identity(2), Fraction(1),
                        [(0, Fraction(1)), (1, half), (2, Fraction(1))], (Fraction(9), center))
    # for (1/2 3; 0 1/2): the form 1, k with 1/2 + 3/sqrt k <= 1; 40 is enough
    stretched = rows("1 0", "0 64")
    lines += part_lines(1, second, stretched, Fraction(2, 3),
                        [(0, Fraction(15, 16)), (1, Fraction(2, 3)), (3, half), (4, half)],
                        (Fraction(65), [[Fraction(0)], [Fraction(0)]]))
    lines += part_lines(1, second, rows("5 1", "1 2"), Fraction(1), [(3, half)])
    return "bounded", data, join(lines + [["end"]])


def growth_case(factor):
    """Exponential: (6/5 1; 0 1/2) and what is in its way; x^T P x = |first eigencoordinate|^2."""
    one = layer([0], [[Fraction(1)], [Fraction(0)]], [
        (("dense", rows("6/5 1", "0 1/2")), [[Fraction(1)], [Fraction(0)]]),
        (("diagonal", [factor, Fraction(1)]), None)])
    model = machines.Model(["a", "b"], ["no", "yes"], [one])
    data = machines.write_model(model)
    lines = head("unbounded", data) + [["layer", 0], ["product", 2, 0, 1]]
    e = times(extended(one, 1), extended(one, 0))
    # The rows (w, 0) with w E = lambda w for lambda = 6/5 factor.
    top = Fraction(6, 5) * factor
    w = [Fraction(1), factor / (top - Fraction(1, 2)), factor / (top - 1)]
    assert [sum(w[i] * e[i][j] for i in range(3)) for j in range(3)] == [top * t for t in w]
    p = primitive([[x * y for y in w] for x in w])
    r = Fraction(1001, 1000)
    left = minus(congruent(p, e), p, r)
    lines += [["form"] + flat(p), ["growth", 1001, 1000]] + squares_lines(primitive(left))
    return "unbounded", data, join(lines + [["vector", 1, 0, 1], ["end"]])


def drift_case():
    """h -> -h and h -> 1 - h make h + 1: P = h c."""
    one = layer([0], [[Fraction(1, 2)]], [(("diagonal", [Fraction(-1)]), None),
                                          (("diagonal", [Fraction(-1)]), [[Fraction(1)]])])
    model = machines.Model(["a", "b"], ["no", "yes"], [one])
    data = machines.write_model(model)
    lines = head("unbounded", data) + [["layer", 0], ["product", 2, 0, 1]]
    lines += [["form", 0, 1, 1, 0], ["growth", 1, 1], ["squares", 1, 0], ["vector", 1, 2], ["end"]]
    return "unbounded", data, join(lines)


def broken_cases(cases):
    """(the rule, model, certificate): each rule broken once, and nothing else."""
    for k, name, old, new in (
        (0, "4.9 symmetric", "form 5 1 1 2", "form 5 1 2 2"),
        (0, "4.9 squares", "form 5 1 1 2", "form 5 1 1 3"),
        (0, "4.9 squares", "form 1 0 0 1\nleast 1 1", "form 1 0 0 1\nleast 1 2"),
        (0, "4.9 squares", "input 1 1 2\nsquares", "input 1 2 3\nsquares"),
        (0, "4.9 weights", "form 1 0 0 1\nleast 1 1\nsquares 1 0", "form 1 0 0 1\nleast 1 1\n"
         "squares 1 2\nterm 1 1 0\nterm -1 1 0"),
        (0, "4.9 start", "states 1 9 1", "states 1 8 1"),
        (0, "4.9 start", "states 1 65 1", "states 1 64 1"),
        (0, "4.9 start", "center 2 2 -4 1 0", "center 2 0 -4 1 0"),
        (0, "4.9 step", "states 1 9 1\ncenter 2 2 -4 1 0", "states 1 90 1\ncenter 2 2 -4 2 0"),
        (0, "4 digest", "model ", ""),
        (1, "4.10 vector", "vector 1 0 1", "vector 0 0 0"),
        (1, "4.10 squares", "growth 1001 1000", "growth 13 1"),
        (1, "4.10 squares", "product 2 0 1", "product 1 0"),
        (2, "4.10 vector", "vector 1 2", "vector 1 0"),
        (2, "4.10 vector", "product 2 0 1", "product 2 1 0"),      # h - 1
        (2, "4.10 vector", "product 2 0 1", "product 2 0 0"),
        (2, "4.10 symmetric", "form 0 1 1 0", "form 0 1 0 0"),
        (2, "4.10 weights", "squares 1 0", "squares 1 1\nterm -1 0 0"),
        (2, "4.10 squares", "growth 1 1", "growth 2 1"),
        (2, "4.10 squares", "squares 1 0", "squares 1 1\nterm 1 0 1"),
    ):
        _, data, text = cases[k]
        yield name, data, theorem_lanes.replaced(text.decode(), name, old, new).encode()
    # The same of networks: they are changed, and the digest with them.
    for k, name, old, new in (
        (0, "4.9 squares", "dense 1 0 -1 1 0", "dense 1 0 -2 1 0"),
        (0, "4.9 squares", "gh 0", "diagonal 1 1 2"),
        (0, "4.9 step", "gh 0\nadd 0", "gh 0\nadd 1 1 1 0 0 0"),
        (0, "4.9 start", "start 2 8 -4 1 2", "start 2 9 -4 1 2"),
        (1, "4.10 squares", "dense 10 12 10 0 5", "dense 10 11 10 0 5"),
        (2, "4.10 vector", "add 1 1 1", "add 1 1 0"),
    ):
        _, data, text = cases[k]
        content, text = data.decode(), text.decode()
        assert old in content, (old, content)
        changed = content.replace(old, new, 1).encode()
        yield name, changed, text.replace(machines.sha(data), machines.sha(changed)).encode()


if __name__ == "__main__":
    CASES = [bounded_case(), growth_case(Fraction(3)), drift_case()]
    DAMAGED = [case[1:] for case in of_model(CASES)]
    TRUE = DAMAGED + [case[1:] for case in of_model([growth_case(Fraction(1)), growth_case(Fraction(-1))])]
    theorem_lanes.run(__doc__, lambda subject, data: predict(subject[1], data), TRUE,
                      of_model(broken_cases(CASES)), DAMAGED)
