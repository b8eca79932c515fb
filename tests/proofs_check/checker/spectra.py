#!/usr/bin/env python3
"""The claims of FORMAT.md 4.7 and 4.8 against a second implementation, over true and damaged files.

    spectra.py CHECKER [--seed N] [--budget N]

True certificates are written here by Fractions; each rule is broken once and must be named; then
every token and line is damaged (mutate.py's mutants), and exit code and rule must be those that
`predict` finds. A mutant that is VERIFIED is true: `predict` decides each obligation anew.
"""

import sys
from fractions import Fraction
from math import gcd, lcm

sys.dont_write_bytecode = True
import machines  # noqa: E402
import theorem_lanes  # noqa: E402
from factors import Broken, digest, ldl, times  # noqa: E402
from machines import Lines, Malformed, count, den, integer, join, need  # noqa: E402


def rule(holds, name):
    if not holds:
        raise Broken("4.7 " + name)


# ---------------------------------------------------------------- matrices


def primitive(block):
    """The positive multiple with coprime integers; 0 as it is."""
    scale = lcm(1, *(Fraction(x).denominator for row in block for x in row))
    whole = [[int(x * scale) for x in row] for row in block]
    common = gcd(*(x for row in whole for x in row)) or 1
    return [[x // common for x in row] for row in whole]


def hankel(m, r):
    n = len(m)
    power, traces = [[int(i == j) for j in range(n)] for i in range(n)], []
    for _ in range(2 * n):
        traces.append(sum(power[i][i] for i in range(n)))
        power = times(power, m)
    return [[traces[i + j + r] for j in range(n)] for i in range(n)]


def inputs_under(model, i, letter):
    reads, found = model.layers[i].reads, []
    sizes = [len(model.letters) if r == 0 else len(model.layers[r - 1].bias) for r in reads]
    for x in range(len(model.layers[i].inputs)):
        digits, rest = [], x
        for size in reversed(sizes):
            digits.insert(0, rest % size)
            rest //= size
        pairs = set(zip(reads, digits)) | {(0, letter)}
        if len({r for r, _ in pairs}) == len(pairs):
            found.append(x)
    return found


def distinct(matrices):
    """[(place of the first occurrence, matrix)]"""
    seen, found = set(), []
    for at, a in enumerate(matrices):
        key = tuple(Fraction(x) for row in a for x in row)
        if key not in seen:
            seen.add(key)
            found.append((at, a))
    return found


def products_of(model, i, letter, length):
    """[(its input, if it is one, matrix)], distinct, in the order of the format."""
    inputs = inputs_under(model, i, letter)
    found = distinct([model.layers[i].matrices[x] for x in inputs])
    found = [(inputs[at], a) for at, a in found]
    at = 1
    while at < length:
        found = distinct([times(b, a) for _, a in found for _, b in found])
        found = [(None, a) for _, a in found]
        at *= 2
    return found


# ---------------------------------------------------------------- what the checker must say


def read_squares(f, size):
    t = f.take("squares", 2)
    scale, terms = den(t[0]), []
    for _ in range(count(t[1])):
        numbers = [integer(x) for x in f.take("term", 1 + size)]
        terms.append((numbers[0], numbers[1:]))
    return scale, terms


def read_evidence(f, n, nonnegative):
    line = f.take()
    if line[0] == b"factors":
        need(len(line) == 1)
        return None
    need(line[0] == b"blocks" and len(line) > 1)
    k = count(line[1], n + 1)
    need(k >= 1 and len(line) == 2 + k + n)
    sizes = [count(t) for t in line[2 : 2 + k]]
    need(min(sizes) >= 1 and sum(sizes) == n)
    order, blocks = [count(t, n) for t in line[2 + k :]], []
    for size in sizes:
        if size == 1:
            blocks.append((size, None, []))
            continue
        kind = f.take(None, 1)[0]
        need(kind in (b"symmetric", b"hankel"))
        many = int(kind == b"hankel") + int(nonnegative)
        blocks.append((size, kind, [read_squares(f, size) for _ in range(many)]))
    return order, blocks


def check_squares(squares, s):
    scale, terms = squares
    rule(all(weight >= 0 for weight, _ in terms), "weights")
    n = range(len(s))
    rule(all(sum(d * w[i] * w[j] for d, w in terms) == scale * s[i][j] for i in n for j in n),
         "squares")


def check_evidence(evidence, a, nonnegative, transition):
    n = len(a)
    if evidence is None:
        few = transition is not None and transition[0] == "gh" and len(transition[1]) <= 2
        betas = [beta for beta, _ in transition[1]] if few else []
        semidefinite = sum(beta <= 1 for beta in betas)
        rule(few and semidefinite >= (len(betas) if nonnegative else len(betas) // 2), "factors")
        return
    order, blocks = evidence
    rule(sorted(order) == list(range(n)), "order")
    number = [b for b, (size, _, _) in enumerate(blocks) for _ in range(size)]
    rule(all(a[order[i]][order[j]] == 0 for i in range(n) for j in range(n)
             if number[i] < number[j]), "blocks")
    begin = 0
    for size, kind, squares in blocks:
        places = order[begin : begin + size]
        begin += size
        block = [[a[i][j] for j in places] for i in places]
        if kind is None:
            rule(not nonnegative or block[0][0] >= 0, "entries")
            continue
        m = primitive(block)
        if kind == b"symmetric":
            rule(all(m[i][j] == m[j][i] for i in range(size) for j in range(size)), "symmetric")
        for r, one in enumerate(squares):
            check_squares(one, m if kind == b"symmetric" else hankel(m, r))


def check_common(order, matrices, nonnegative, length):
    n = len(order)
    rule(sorted(order) == list(range(n)), "order")
    for i in range(n):  # as the checker: coordinate by coordinate
        place = order.index(i)
        rule(all(a[i][j] == 0 for a in matrices for j in order[place + 1 :]), "triangular")
        diagonal = [a[i][i] for a in matrices]
        least, most = min(diagonal), max(diagonal)
        rule(not nonnegative or least >= 0 or (most <= 0 and length > 1), "entries")


def predict(model_data, data):
    """(exit code, the rule)"""
    try:
        obligations(model_data, data)
        return 0, ""
    except Malformed:
        return 2, ""
    except Broken as broken:
        return 1, str(broken)


def eigenvalue_obligation(model, model_data, f):
    need(f.take("arithmetic", 1)[0] == b"exact")
    digest(f, "model", model_data)
    layer = model.layers[f.number("layer", 0, len(model.layers))]
    inputs = [count(t, len(layer.inputs)) for t in f.listed("product")]
    need(inputs)
    line = f.take("hankel", 1 + layer.N)
    r, q = count(line[0], 2), [integer(t) for t in line[1:]]
    f.end()
    product = [[Fraction(int(i == j)) for j in range(layer.N)] for i in range(layer.N)]
    for x in inputs:
        product = times(layer.matrices[x], product)
    h = hankel(product, r)
    n = range(layer.N)
    if not sum(q[i] * h[i][j] * q[j] for i in n for j in n) < 0:
        raise Broken("4.8 negative")


def obligations(model_data, data):
    model = machines.parse_model(model_data)
    f = Lines(data)
    need(f.number("statewright-certificate") == 1)
    claim = f.take("claim", 1)[0]
    if claim == b"eigenvalue":
        eigenvalue_obligation(model, model_data, f)
        return
    need(claim in (b"no-parity", b"no-counting"))
    need(f.take("arithmetic", 1)[0] == b"exact")
    digest(f, "model", model_data)
    modulus = 2 if claim == b"no-parity" else f.number("modulus", 2)
    letters = [count(t, len(model.letters)) for t in f.listed("letters")]
    need(letters and letters == sorted(set(letters)))
    claims = []
    for letter in letters:
        for i, layer in enumerate(model.layers):
            line = f.take("layer", 2)
            need(count(line[0]) == i)
            need(line[1] == b"nonnegative" or (line[1] == b"real" and claim == b"no-counting"))
            nonnegative = line[1] == b"nonnegative"
            line = f.take()
            if line[0] == b"common":
                need(len(line) == 1 + layer.N)
                body = [count(t, layer.N) for t in line[1:]]
            else:
                need(line[0] == b"products" and len(line) == 2)
                body = tuple(
                    read_evidence(f, layer.N, nonnegative) for _ in range(count(line[1]))
                )
            claims.append((letter, i, nonnegative, body))
    f.end()
    period = 1
    for at, (letter, i, nonnegative, body) in enumerate(claims):
        if i == 0:
            period = 1
        if isinstance(body, list):
            matrices = [a for _, a in products_of(model, i, letter, 1)]
            check_common(body, matrices, nonnegative, period)
        else:
            found = products_of(model, i, letter, period)
            rule(len(found) == len(body), "products")
            for (x, a), evidence in zip(found, body):
                transition = None if x is None else model.layers[i].inputs[x][0]
                check_evidence(evidence, a, nonnegative, transition)
        period *= 1 if nonnegative else 2
        if i + 1 == len(model.layers):
            rule(period % modulus != 0, "modulus")


# ---------------------------------------------------------------- true certificates


def squares_lines(s):
    low, d = ldl([[Fraction(x) for x in row] for row in s])
    terms = []
    for k in range(len(s)):
        if d[k] == 0:
            continue
        column = [low[i][k] for i in range(len(s))]
        scale = lcm(*(x.denominator for x in column))
        terms.append((d[k] / scale**2, [int(x * scale) for x in column]))
    scale = lcm(1, *(weight.denominator for weight, _ in terms))
    return [["squares", scale, len(terms)]] + [
        ["term", int(weight * scale)] + w for weight, w in terms
    ]


def evidence_lines(a, order, sizes, nonnegative):
    lines, begin = [["blocks", len(sizes)] + sizes + order], 0
    for size in sizes:
        places = order[begin : begin + size]
        begin += size
        m = primitive([[a[i][j] for j in places] for i in places])
        if size == 1:
            continue
        if all(m[i][j] == m[j][i] for i in range(size) for j in range(size)):
            lines.append(["symmetric"])
            lines += squares_lines(m) if nonnegative else []
        else:
            lines.append(["hankel"])
            for r in range(1 + int(nonnegative)):
                lines += squares_lines(hankel(m, r))
    return lines


def rows(*text):
    return [[Fraction(x) for x in row.split()] for row in text]


def layer(reads, transitions, outputs=2):
    n = max(len(a[1]) if a[0] != "gh" else len(a[1][0][1]) for a in transitions)
    return machines.Layer(reads, [[Fraction(1)]] + [[Fraction(0)]] * (n - 1),
                          [(a, None) for a in transitions],
                          [[Fraction(1 + k)] * n for k in range(outputs)], [Fraction(0)] * outputs)


def parity_case():
    half = Fraction(1, 2)
    defective = rows("3/4 1/4", "-1/4 1/4")
    first = layer([0], [("gh", [(half, [1, 1])]), ("gh", [(1, [1, 0]), (half, [1, 1])]),
                        ("dense", defective)])
    # Coordinates 0 and 2 are a symmetric block, fed into coordinate 1; then a block without
    # symmetry behind a coordinate that feeds it.
    fed = rows("2/3 0 1/3", "5 1/4 0", "1/3 0 2/3")
    chain = rows("1/2 1 2", "0 3/4 1/4", "0 -1/4 1/4")
    second = layer([1], [("dense", fed), ("dense", chain)])
    model = machines.Model(["a", "b", "c"], ["even", "odd"], [first, second])
    data = machines.write_model(model)
    lines = [["statewright-certificate", 1], ["claim", "no-parity"], ["arithmetic", "exact"]]
    lines += [["model", machines.sha(data)], ["letters", 3, 0, 1, 2]]
    for letter in range(3):
        lines += [["layer", 0, "nonnegative"], ["products", 1]]
        lines += [["factors"]] if letter < 2 else evidence_lines(defective, [0, 1], [2], True)
        lines += [["layer", 1, "nonnegative"], ["products", 2]]
        lines += evidence_lines(fed, [0, 2, 1], [2, 1], True)
        lines += evidence_lines(chain, [1, 2, 0], [2, 1], True)
    return "no-parity", data, join(lines + [["end"]])


def counting_case():
    half = Fraction(1, 2)
    first = layer([0], [("diagonal", [Fraction(-1), half])])
    second = layer([0, 1], [("dense", rows("-1/2 3", "0 1/2")), ("dense", rows("-1 0", "0 0"))])
    keys = [(half, [Fraction(1), Fraction(2)]), (Fraction(1), [Fraction(1), Fraction(0)])]
    third = layer([2], [("gh", [key]) for key in keys])
    model = machines.Model(["a"], ["no", "yes"], [first, second, third])
    data = machines.write_model(model)
    lines = [["statewright-certificate", 1], ["claim", "no-counting"], ["arithmetic", "exact"]]
    lines += [["model", machines.sha(data)], ["modulus", 3], ["letters", 1, 0]]
    lines += [["layer", 0, "real"], ["products", 1], ["blocks", 2, 1, 1, 0, 1]]
    lines += [["layer", 1, "nonnegative"], ["common", 1, 0]]
    lines += [["layer", 2, "real"]]
    found = products_of(model, 2, 0, 2)
    lines += [["products", len(found)]]
    for _, a in found:
        lines += evidence_lines(a, [0, 1], [2], False)
    return "no-counting", data, join(lines + [["end"]])


def factors_case():
    """Two factors of which one is positive semidefinite have a real spectrum."""
    keys = [(Fraction(2), [Fraction(1), Fraction(0)]), (Fraction(1, 2), [Fraction(1), Fraction(1)])]
    model = machines.Model(["a"], ["no", "yes"], [layer([0], [("gh", keys)])])
    data = machines.write_model(model)
    lines = [["statewright-certificate", 1], ["claim", "no-counting"], ["arithmetic", "exact"]]
    lines += [["model", machines.sha(data)], ["modulus", 3], ["letters", 1, 0]]
    lines += [["layer", 0, "real"], ["products", 1], ["factors"], ["end"]]
    return "no-counting", data, join(lines)


def eigenvalue_case():
    """A quarter of a turn times a projection has the eigenvalues 0 and -1/2."""
    model = machines.Model(["a", "b"], ["no", "yes"], [layer([0], [
        ("dense", rows("0 1", "-1 0")), ("dense", rows("1/2 1/2", "1/2 1/2"))])])
    data = machines.write_model(model)
    lines = [["statewright-certificate", 1], ["claim", "eigenvalue"], ["arithmetic", "exact"]]
    lines += [["model", machines.sha(data)], ["layer", 0], ["product", 1, 0]]
    # the turn: tr 1 = 2, tr M = 0, tr M^2 = -2
    return "eigenvalue", data, join(lines + [["hankel", 0, 0, 1], ["end"]])


def broken_eigenvalues(case):
    _, data, text = case
    for old, new in (
        ("hankel 0 0 1", "hankel 0 1 0"),
        ("hankel 0 0 1", "hankel 0 0 0"),
        ("hankel 0 0 1", "hankel 1 0 1"),
        ("product 1 0", "product 1 1"),     # eigenvalues 0 and 1
        ("product 1 0", "product 2 0 0"),   # -1 twice, which is real
        ("product 1 0", "product 4 0 0 0 0"),
    ):
        assert old in text.decode()
        yield "4.8 negative", data, text.decode().replace(old, new, 1).encode()


def broken_models(cases):
    """The same of networks: their matrices are changed, and the digest with them."""
    (_, parity_model, parity), (_, counting_model, counting), (_, factors_model, factors), _ = cases
    for name, data, text, old, new in (
        ("factors", parity_model, parity, "gh 1\nfactor 1 2 ", "gh 1\nfactor 3 2 "),
        ("factors", parity_model, parity, "gh 2\nfactor ", "gh 3\nfactor 1 1 1 1 0\nfactor "),
        ("factors", factors_model, factors, "factor 1 2 ", "factor 3 2 "),
        ("factors", factors_model, factors, "gh 2\n", "gh 3\nfactor 1 1 1 1 0\n"),
        # -1/2 instead of 1/2 as a block of its own, and a third number that is below 0
        ("entries", parity_model, parity, "dense 4 2 4 8 0 3 1 0 -1 1", "dense 4 -2 4 8 0 3 1 0 -1 1"),
        ("blocks", parity_model, parity, "dense 4 2 4 8 0 3 1 0 -1 1", "dense 4 2 4 8 1 3 1 0 -1 1"),
        ("symmetric", parity_model, parity, "dense 12 8 0 4 60 3 0 4 0 8", "dense 12 8 0 4 60 3 0 5 0 8"),
        # symmetric still, but the eigenvalues are 2/3 -+ 5/6
        ("squares", parity_model, parity, "dense 12 8 0 4 60 3 0 4 0 8", "dense 12 8 0 10 60 3 0 10 0 8"),
        # eigenvalues that are not real, and one below 0: (3/4, 1/4, -1/2, 1/4), (3/4, 1/4, 5/4, 1/4)
        ("squares", parity_model, parity, "dense 4 3 1 -1 1", "dense 4 3 1 -2 1"),
        ("squares", parity_model, parity, "dense 4 3 1 -1 1", "dense 4 3 1 5 1"),
        ("triangular", counting_model, counting, "dense 2 -1 6 0 1", "dense 2 -1 6 1 1"),
        ("entries", counting_model, counting, "dense 1 -1 0 0 0", "dense 1 1 0 0 0"),
    ):
        content, text = data.decode(), text.decode()
        assert old in content, (old, content)
        changed = content.replace(old, new, 1).encode()
        text = text.replace(machines.sha(data), machines.sha(changed))
        yield "4.7 " + name, changed, text.encode()


def broken_cases(cases):
    """(the rule, model, certificate): each rule broken once, and nothing else."""
    (_, parity_model, parity), (_, counting_model, counting), *_ = cases
    for name, data, text, old, new in (
        ("order", parity_model, parity, "blocks 2 2 1 0 2 1", "blocks 2 2 1 0 2 2"),
        ("blocks", parity_model, parity, "blocks 2 2 1 0 2 1", "blocks 2 2 1 0 1 2"),
        ("blocks", parity_model, parity, "blocks 2 2 1 1 2 0", "blocks 2 2 1 0 1 2"),
        ("squares", parity_model, parity, "hankel\nsquares 1 1\nterm 2 1 2", "hankel\nsquares 1 1\nterm 2 1 3"),
        ("squares", parity_model, parity, "squares 1 1\nterm 4 1 2", "squares 1 1\nterm 4 1 1"),
        ("weights", parity_model, parity, "squares 1 1\nterm 4 1 2", "squares 1 1\nterm -4 1 2"),
        ("symmetric", parity_model, parity, "hankel\nsquares 1 1\nterm 2 1 2\n", "symmetric\n"),
        ("squares", parity_model, parity, "symmetric\nsquares 2 2", "symmetric\nsquares 3 2"),
        ("weights", parity_model, parity, "symmetric\nsquares 2 2\nterm ",
         "symmetric\nsquares 2 2\nterm -"),
        ("products", parity_model, parity, "layer 1 nonnegative\nproducts 2",
         "layer 1 nonnegative\nproducts 3\nfactors"),
        ("products", parity_model, parity, "products 1\nfactors", "products 0"),
        ("factors", parity_model, parity, "blocks 1 2 0 1\nhankel\nsquares 1 1\nterm 2 1 2\n"
         "squares 1 1\nterm 4 1 2\n", "factors\n"),
        ("digest", parity_model, parity, "model ", ""),
        ("modulus", counting_model, counting, "modulus 3", "modulus 4"),
        ("modulus", counting_model, counting, "modulus 3", "modulus 2"),
        ("squares", counting_model, counting, "hankel\nsquares 2 2", "hankel\nsquares 3 2"),
        ("weights", counting_model, counting, "term 9 0 1", "term -9 0 1"),
        ("order", counting_model, counting, "blocks 1 2 0 1", "blocks 1 2 1 1"),
        ("symmetric", counting_model, counting, "hankel\nsquares 2 2\nterm 1 2 3\nterm 9 0 1\n", "symmetric\n"),
        ("triangular", counting_model, counting, "common 1 0", "common 0 1"),
        ("order", counting_model, counting, "common 1 0", "common 1 1"),
        ("entries", counting_model, counting, "layer 0 real", "layer 0 nonnegative"),
        ("entries", counting_model, counting, "layer 0 real\nproducts 1\nblocks 2 1 1 0 1",
         "layer 0 nonnegative\ncommon 0 1"),
        ("products", counting_model, counting, "layer 1 nonnegative", "layer 1 real"),
        ("factors", counting_model, counting, "blocks 2 1 1 0 1", "factors"),
    ):
        name = ("4 " if name == "digest" else "4.7 ") + name
        yield name, data, theorem_lanes.replaced(text.decode(), name, old, new).encode()


def of_model(cases):
    return [(*before, ("--model", data), text) for *before, data, text in cases]


if __name__ == "__main__":
    CASES = [parity_case(), counting_case(), factors_case(), eigenvalue_case()]
    TRUE = [case[1:] for case in of_model(CASES)]
    BROKEN = (*broken_cases(CASES), *broken_models(CASES), *broken_eigenvalues(CASES[-1]))
    theorem_lanes.run(__doc__, lambda subject, data: predict(subject[1], data), TRUE, of_model(BROKEN), TRUE)
