"""Triples (network, automaton, certificate) whose claim is true: small, and each for a reason."""

import random
from fractions import Fraction as F

from machines import (
    Automaton,
    Layer,
    Model,
    Pair,
    automaton_of,
    write_automaton,
    write_certificate,
    write_model,
    write_no_layer,
)


class Case:
    def __init__(self, name, model, automaton, kind, word=None, shortest=False, **how):
        self.name = name
        extra = how.get("extra", 1)
        self.model, self.automaton = write_model(model, extra), write_automaton(automaton)
        files, pair = (self.model, self.automaton), Pair(model, automaton)
        if kind == "counterexample" and word is None:
            word = pair.shortest_difference()
        self.certificate = write_certificate(pair, files, kind, word, shortest, **how)

    def files(self):
        return self.model, self.automaton, self.certificate


class NoLayer:
    """The claim about no network."""

    def __init__(self, name, automaton, words=None):
        self.name, self.automaton = name, write_automaton(automaton)
        words = words or next(automaton.obstructions())
        self.certificate = write_no_layer(automaton, self.automaton, words)

    def files(self):
        return None, self.automaton, self.certificate


def dense(rows):
    return ("dense", [[F(x) for x in row] for row in rows])


def diagonal(*entries):
    return ("diagonal", [F(x) for x in entries])


def gh(*factors):
    return ("gh", [(F(beta), v) for beta, v in factors])


def swap(n, i, j):
    return F(2), [int(k == i) - int(k == j) for k in range(n)]


def column(*entries):
    return [[F(x)] for x in entries]


KEEP = gh()
ACCEPT = ["reject", "accept"]


def parity_model(letters=("0", "1"), labels=("reject", "accept")):
    """One number that changes its sign at every 1."""
    layer = Layer(
        [0], column(1), [(KEEP, None), (diagonal(-1), None)], [[F(1)], [F(-1)]], [F(0)] * 2
    )
    return Model(list(letters), list(labels), [layer])


def parity_automaton(letters=("0", "1"), labels=("reject", "accept")):
    successors = {"0": (0, 1), "1": (1, 0)}
    return Automaton(
        list(letters), list(labels), 0, [[q, [successors[a][q] for a in letters]] for q in (0, 1)]
    )


def mod3_model(rotate):
    weights = [[F(1), F(0), F(0)], [F(0), F(1), F(0)], [F(0), F(0), F(1)]]
    layer = Layer([0], column(1, 0, 0), [(KEEP, None), (rotate, None)], weights, [F(0)] * 3)
    return Model(["a", "b"], ["r0", "r1", "r2"], [layer])


def s3_model():
    """The orbit of (1, 2, 3); each row of the weights is a point of the orbit."""
    layer = Layer(
        [0],
        column(1, 2, 3),
        [(gh(swap(3, 0, 1)), None), (gh(swap(3, 1, 2)), None)],
        [
            [F(x) for x in p]
            for p in ((1, 2, 3), (2, 1, 3), (1, 3, 2), (2, 3, 1), (3, 1, 2), (3, 2, 1))
        ],
        [F(0)] * 6,
    )
    return Model(["s", "t"], ["e", "s", "t", "st", "ts", "sts"], [layer])


def reset_model():
    """A = 0 with a rational B; a reflection in rational coordinates plus B; a quarter turn."""
    turn = dense([[F(3, 5), F(-4, 5)], [F(4, 5), F(3, 5)]])
    mirror = (gh((F(4, 2), [1, -2])), [[F(1, 5)], [F(2, 7)]])
    reset = (diagonal(0, 0), [[F(1, 3)], [F(-2, 5)]])
    back = (diagonal(F(-1), F(-1)), [[F(2, 3)], [F(-4, 5)]])
    layer = Layer(
        [0],
        [[F(1, 3)], [F(-2, 5)]],
        [
            reset,
            back,
            (gh((F(1), [1, 0]), (F(1), [0, 3])), None),
            (gh((F(1, 2), [1, 1]), (F(0), [1, 2]), (F(-1), [1, -1])), reset[1]),
        ],
        [[F(1, 2), F(1, 3)], [F(-1, 2), F(5, 7)], [F(0), F(0)]],
        [F(1, 9), F(0), F(-1, 11)],
    )
    return Model(["reset", "back", "zero", "mix"], ["p", "q", "r"], [layer]), turn, mirror


def finite_mixture():
    """Random-looking rational maps whose products are finite in number: every letter forgets."""
    model, _, mirror = reset_model()
    layer = model.layers[0]
    inputs = [
        layer.inputs[0],
        layer.inputs[1],
        layer.inputs[2],
        (diagonal(0, 0), [[F(7, 10)], [F(1, 6)]]),
    ]
    return Model(
        model.letters,
        model.labels,
        [Layer(layer.reads, layer.start, inputs, layer.weights, layer.bias)],
    ), mirror


def reflection_model():
    """Two reflections with rational entries; they generate a dihedral group of order 8."""
    mirrors = [(gh((F(2), [1, 2])), None), (gh((F(2), [3, 1])), None)]
    layer = Layer(
        [0],
        [[F(1), F(1, 2)], [F(0), F(1, 3)]],
        mirrors,
        [[F(x, 4) for x in row] for row in ((1, 0, 0, 2), (0, -3, 1, 0), (2, 2, 0, 0))],
        [F(0), F(1, 8), F(0)],
    )
    return Model(["m", "n"], ["x", "y", "z"], [layer])


def cascade_model():
    """Layer 0 counts modulo 2; layer 1 (2 x 2) reads the token and that, and turns on (0, 1)."""
    first = parity_model().layers[0]
    turn = (dense([[0, -1], [1, 0]]), None)
    hold = (KEEP, None)
    reset = (diagonal(0, 0), [[F(1), F(0)], [F(0), F(1)]])
    second = Layer(
        [0, 1],
        [[F(1), F(0)], [F(0), F(1)]],
        [hold, turn, reset, hold],
        [
            [F(x) for x in row]
            for row in ((1, 0, 0, 1), (0, -1, 1, 0), (-1, 0, 0, -1), (0, 1, -1, 0))
        ],
        [F(1, 2)] * 4,
    )
    return Model(["0", "1"], ["n", "e", "s", "w"], [first, second])


def tower_model():
    """Three layers; the second reads only layer 0, the third layer 1, the token and layer 0."""
    first = parity_model().layers[0]
    second = Layer(
        [1],
        column(0),
        [(KEEP, [[F(0)]]), (diagonal(-1), [[F(1)]])],
        [[F(0)], [F(1)]],
        [F(1, 2), F(0)],
    )
    third = Layer(
        [2, 0, 1],
        column(2, 0),
        [(gh(swap(2, 0, 1)) if x % 3 == 0 else KEEP, None) for x in range(8)],
        [[F(1), F(0)], [F(0), F(1)]],
        [F(0), F(1)],
    )
    return Model(["0", "1"], ["low", "high"], [first, second, third])


def ties_model():
    """Equal rows, equal scores, a state of zeros: always the smallest index."""
    layer = Layer(
        [0],
        column(0, 0),
        [(diagonal(0, 0), column(1, 1)), (diagonal(0, 0), column(-2, 2)), (diagonal(0, 0), None)],
        [[F(x) for x in row] for row in ((0, -1), (1, 0), (0, 1), (1, 0), (0, 1), (-1, 0))],
        [F(3)] * 6,
    )
    return Model(["a", "b", "c"], ["u", "v", "w", "x", "y", "z"], [layer])


def growing_model():
    """H <- 3/2 H + 1/3: no finite set of rows is closed, but a wrong word is quickly found."""
    layer = Layer(
        [0],
        column(F(1, 3)),
        [(diagonal(F(3, 2)), [[F(1, 3)]]), (diagonal(F(1, 2)), None)],
        [[F(0)], [F(1)]],
        [F(2), F(0)],
    )
    return Model(["up", "down"], list(ACCEPT), [layer])


AWKWARD = ["swap (1 2)", "50%", "\u03c3", "\n", "%41", "{", "}", '"', "VERIFIED", "\x7f", "0"]


def awkward_case():
    layer = Layer(
        [0],
        column(1),
        [(diagonal((-1) ** i), None) for i in range(len(AWKWARD))],
        [[F(1)], [F(-1)]],
        [F(0)] * 2,
    )
    model = Model(AWKWARD, ["even one", "\u00e9\t%"], [layer])
    backwards = automaton_of(model, AWKWARD[::-1])
    backwards.labels = backwards.labels[::-1]
    for state in backwards.states:
        state[0] = 1 - state[0]
    return Case("awkward names, other orders", model, backwards, "every-word")


def no_letters():
    layer = Layer([0], column(F(-1, 2)), [], [[F(1)], [F(-1)]], [F(0)] * 2)
    model = Model([], ["reject", "accept"], [layer])
    yes = Automaton([], ["accept"], 0, [[0, []]])
    no = Automaton([], ["reject", "accept"], 1, [[1, []], [0, []]])
    yield Case("no letters", model, yes, "every-word")
    yield Case("no letters, counterexample", model, no, "counterexample", [], True)
    two = Model(
        [],
        ["reject", "accept"],
        [
            layer,
            Layer([1, 0], column(1), [], [[F(0)], [F(1)]], [F(0)] * 2),
            Layer([1], column(1), [(KEEP, None)] * 2, [[F(0)], [F(1)]], [F(0)] * 2),
        ],
    )
    yield Case("no letters, three layers", two, yes, "every-word")


def wrong_in(automaton, q):
    """The same automaton with another label in state q."""
    states = [[out, list(after)] for out, after in automaton.states]
    states[q][0] = (states[q][0] + 1) % len(automaton.labels)
    return Automaton(automaton.letters, automaton.labels, automaton.start, states)


def doubled(automaton):
    """Not minimal: every state twice, numbered backwards, with an unreachable one."""
    n = len(automaton.states)

    def place(q, copy):
        return 2 * n - (2 * q + copy)

    states = [None] * (2 * n + 1)
    for q, (out, after) in enumerate(automaton.states):
        for copy in (0, 1):
            states[place(q, copy)] = [out, [place(t, 1 - copy) for t in after]]
    states[0] = [0, [0] * len(automaton.letters)]
    return Automaton(automaton.letters, automaton.labels, place(automaton.start, 0), states)


def random_model(rng):
    """Signed permutations and resets in one or two layers: finitely many states, always."""
    letters = [chr(97 + i) for i in range(rng.randint(1, 3))]
    layers = []
    for i in range(rng.randint(1, 3)):
        n, d, outputs = rng.randint(1, 3), rng.randint(1, 2), rng.randint(1, 3)
        reads = rng.sample(range(i + 1), rng.randint(1, i + 1))
        x = 1
        for r in reads:
            x *= len(letters) if r == 0 else len(layers[r - 1].bias)

        def entry():
            return F(rng.randint(-3, 3), rng.choice((1, 1, 2, 3)))

        def matrix(rows, columns):
            return [[entry() for _ in range(columns)] for _ in range(rows)]

        def transition():
            kind = rng.randint(0, 3)
            if kind == 0 and n > 1:
                pairs = [rng.sample(range(n), 2) for _ in range(rng.randint(0, 3))]
                return gh(*(swap(n, *p) for p in pairs)), None
            if kind == 1:
                return diagonal(*(rng.choice((1, -1)) for _ in range(n))), None
            if kind == 2:
                p = rng.sample(range(n), n)
                return dense(
                    [[rng.choice((1, -1)) * int(p[r] == c) for c in range(n)] for r in range(n)]
                ), None
            return dense([[0] * n] * n), matrix(n, d)

        inputs = [transition() for _ in range(x)]
        layers.append(
            Layer(
                reads,
                matrix(n, d),
                inputs,
                matrix(outputs, n * d),
                [rng.choice((F(0), entry())) for _ in range(outputs)],
            )
        )
    return Model(letters, ["l%d" % k for k in range(len(layers[-1].bias))], layers)


def random_cases(seed, number):
    rng = random.Random(seed)
    for i in range(number):
        model = random_model(rng)
        automaton = automaton_of(model, rng.sample(model.letters, len(model.letters)), 60)
        if automaton is None:
            continue
        extra = rng.choice((1, 1, 3))
        yield Case("random %d, every word" % i, model, automaton, "every-word", extra=extra)
        if len(model.labels) > 1:
            wrong = wrong_in(automaton, rng.randrange(len(automaton.states)))
            for shortest in (False, True):
                yield Case(
                    "random %d, counterexample %d" % (i, shortest),
                    model,
                    wrong,
                    "counterexample",
                    shortest=shortest,
                    extra=extra,
                )


def by_hand():
    parity = parity_automaton()
    yield Case("parity", parity_model(), parity, "every-word")
    yield Case("parity, larger denominators", parity_model(), parity, "every-word", extra=6)
    yield Case("parity, automaton doubled", parity_model(), doubled(parity), "every-word")
    yield Case("parity, unreachable rows", parity_model(), parity, "every-word", repeat=True)
    yield Case(
        "parity, letters in another order",
        parity_model(),
        parity_automaton(("1", "0")),
        "every-word",
    )
    yield Case(
        "parity, labels in another order",
        parity_model(labels=("accept", "reject")),
        parity_automaton(labels=("accept", "reject")),
        "every-word",
    )
    permutation = mod3_model(dense([[0, 0, 1], [1, 0, 0], [0, 1, 0]]))
    yield Case("mod 3, dense", permutation, automaton_of(permutation), "every-word")
    product = mod3_model(gh(swap(3, 0, 1), swap(3, 0, 2)))
    yield Case("mod 3, gh", product, automaton_of(permutation, ["b", "a"]), "every-word")
    s3 = s3_model()
    yield Case("S3", s3, automaton_of(s3), "every-word")
    mixture, mirror = finite_mixture()
    yield Case(
        "resets with rational entries", mixture, automaton_of(mixture), "every-word", extra=2
    )
    reflections = reflection_model()
    yield Case("rational reflections", reflections, automaton_of(reflections), "every-word")
    cascade = cascade_model()
    yield Case("two layers", cascade, automaton_of(cascade), "every-word")
    tower = tower_model()
    yield Case("three layers", tower, automaton_of(tower, ["1", "0"]), "every-word")
    ties = ties_model()
    yield Case("ties", ties, automaton_of(ties), "every-word")
    yield awkward_case()
    yield from no_letters()

    never = Automaton(["1", "0"], ["no", "accept", "reject"], 0, [[2, [0, 0]]])
    yield Case("one letter is wrong", parity_model(), never, "counterexample", [1])
    yield Case("one letter is wrong, shortest", parity_model(), never, "counterexample", [1], True)
    yield Case("a longer wrong word", parity_model(), never, "counterexample", [0, 1, 0, 0, 1, 1])
    yield Case("the empty word", parity_model(), wrong_in(parity, 0), "counterexample", [])
    yield Case(
        "the empty word, shortest", parity_model(), wrong_in(parity, 0), "counterexample", [], True
    )
    for name, model in (
        ("S3", s3),
        ("two layers", cascade),
        ("three layers", tower),
        ("rational reflections", reflections),
    ):
        wrong = wrong_in(automaton_of(model), -1)
        yield Case("wrong: " + name, model, wrong, "counterexample")
        yield Case(
            "wrong, shortest: " + name, model, wrong, "counterexample", shortest=True, extra=2
        )
    up = Automaton(["up", "down"], list(ACCEPT), 0, [[0, [1, 0]], [0, [2, 0]], [0, [2, 0]]])
    general, turn, mirror = reset_model()
    yield Case("growing", growing_model(), up, "counterexample")
    yield Case("growing, shortest", growing_model(), up, "counterexample", shortest=True)
    layer = general.layers[0]
    turning = Model(
        ["turn", "mirror"],
        general.labels,
        [Layer([0], layer.start, [(turn, None), mirror], layer.weights, layer.bias)],
    )
    constant = Automaton(["mirror", "turn"], ["p"], 0, [[0, [0, 0]]])
    yield Case("turning for ever, shortest", turning, constant, "counterexample", shortest=True)
    yield from no_layers()


def first_letter():
    """Which of e and f came first."""
    return Automaton(["e", "f"], list(ACCEPT), 0, [[0, [1, 2]], [1, [1, 1]], [0, [2, 2]]])


def no_layers():
    yield NoLayer("first letter", first_letter(), ([], [0], [1], []))
    yield NoLayer("first letter, longer words", first_letter(), ([], [0, 0, 1], [1, 0], [1, 0, 1]))
    yield NoLayer("first letter, automaton doubled", doubled_states(first_letter()))
    rng = random.Random(5)
    for i in range(200):
        n, k = rng.randint(3, 5), rng.randint(1, 3)
        names = rng.sample(AWKWARD, k + 2)
        states = [[rng.randint(0, 1), [rng.randrange(n) for _ in range(k)]] for _ in range(n)]
        automaton = Automaton(names[:k], names[k:], rng.randrange(n), states)
        words = next(automaton.obstructions(), None)
        if words and rng.random() < 0.3:
            yield NoLayer("no layer, random %d" % i, automaton, words)


def doubled_states(automaton):
    """Every state twice, one after the other; the first copy leads to second copies only."""
    states = []
    for out, after in automaton.states:
        states += [[out, [2 * t + 1 for t in after]]] * 2
    return Automaton(automaton.letters, automaton.labels, 2 * automaton.start, states)


def cyclic_first():
    """Letter e turns a cycle of three, f does nothing."""
    return Automaton(
        ["e", "f"], list(ACCEPT), 0, [[0, [1, 0]], [1, [2, 1]], [0, [0, 2]]]
    )


def refused():
    """Well-formed triples that break one rule each: (name, files, what the answer must say)."""

    def changed(files, *changes):
        certificate = files[2]
        for old, new in changes:
            if certificate.count(old) != 1:
                raise RuntimeError("nothing to change: %r" % old)
            certificate = certificate.replace(old, new)
        return files[0], files[1], certificate

    parity = Case("", parity_model(), parity_automaton(), "every-word").files()
    other = write_automaton(doubled(parity_automaton()))
    yield "another automaton", (parity[0], other, parity[2]), b"c:5: 4 digest: "
    third = Automaton(["0", "1", "2"], list(ACCEPT), 0, [[0, [0, 1, 0]], [1, [1, 0, 1]]])
    for name, model, automaton in (
        ("reads more", parity_model(), third),
        ("reads less", automaton_model(third), parity_automaton()),
    ):
        files = write_model(model), write_automaton(automaton)
        lines = write_certificate(Pair(parity_model(), parity_automaton()), files, "every-word")
        if name == "reads less":
            lines = lines.replace(b"next 0 1", b"next 0 1 0").replace(b"next 1 0", b"next 1 0 1")
        yield "the automaton " + name, files + (lines,), b"a:2: 3 letters: "
    yield "start of the network", changed(parity, (b"row 0 1 0", b"row 0 2 0")), b"c:9: 4.1 start: "
    yield (
        "start of the automaton",
        changed(parity, (b"row 0 1 0", b"row 0 1 1")),
        b"c:9: 4.1 start: ",
    )
    yield "labels", changed(parity, (b"row 1 -1 1", b"row 1 -1 0")), b"c:11: 4.1 labels: "
    yield (
        "step of the network",
        changed(parity, (b"row 1 -1 1", b"row 1 -2 1")),
        b"c:10: 4.1 next: ",
    )
    yield "step to another row", changed(parity, (b"next 1 0", b"next 0 1")), b"c:12: 4.1 next: "
    doubles = Case("", parity_model(), doubled(parity_automaton()), "every-word").files()
    start = doubles[2].split(b"row 0 1 ")[1][:1]
    second = doubles[2].split(b"row 1 1 ")[1][:1]
    yield (
        "step of the automaton",
        changed(doubles, (b"row 1 1 " + second, b"row 1 1 " + start)),
        b"4.1 next: ",
    )

    never = Automaton(["0", "1"], list(ACCEPT), 0, [[0, [0, 0]]])
    word = Case("", parity_model(), never, "counterexample", [0, 1]).files()
    yield (
        "no difference",
        changed(
            word,
            (b"word 2 0 1", b"word 2 1 1"),
            (b"outputs accept reject", b"outputs reject reject"),
        ),
        b"c:7: 4.2 outputs: ",
    )
    yield (
        "outputs exchanged",
        changed(word, (b"accept reject", b"reject accept")),
        b"c:7: 4.2 outputs: ",
    )
    yield (
        "not the network's output",
        changed(word, (b"accept reject", b"other reject")),
        b"c:7: 4.2 outputs: ",
    )
    yield (
        "not the automaton's output",
        changed(word, (b"accept reject", b"accept other")),
        b"c:7: 4.2 outputs: ",
    )
    yield (
        "not the shortest word",
        Case("", parity_model(), never, "counterexample", [1, 1, 1], True).files(),
        b"c:14: 4.2 labels: ",
    )

    # S3 has 1, 2, 2 rows of depth 0, 1, 2. With 1, 1, 3 the second letter leads from depth 0 to 2.
    s3 = s3_model()
    files = Case("", s3, wrong_in(automaton_of(s3), -1), "counterexample", shortest=True).files()
    lines = files[2].split(b"\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"row 2 ")) + 1
    flattened = b"\n".join(lines[:at] + lines[at + 1 :])
    yield (
        "a row too deep",
        changed((files[0], files[1], flattened), (b"depths 3 1 2 2", b"depths 3 1 1 3")),
        b"c:13: 4.2 next: ",
    )

    # The same table with another start, another successor, and (every state of the automaton standing
    # twice, with one label) another copy of a state.
    yield (
        "start of the network, shortest",
        changed(files, (b"row 0 1 2 3 ", b"row 0 2 1 3 ")),
        b"c:12: 4.2 start: ",
    )
    start = next(line for line in lines if line.startswith(b"row 0 "))
    yield (
        "start of the automaton, shortest",
        changed(files, (start, start[: start.rindex(b" ")] + b" %d" % (automaton_of(s3).start + 1))),
        b"c:12: 4.2 start: ",
    )
    yield "step to another row, shortest", changed(files, (b"next 1 2", b"next 2 1")), b"c:13: 4.2 next: "
    double = doubled(wrong_in(automaton_of(s3), -1))
    files = Case("", s3, double, "counterexample", shortest=True).files()
    row = next(line for line in files[2].split(b"\n") if line.startswith(b"row 1 "))
    q = int(row.split(b" ")[-1])
    copy = q - 1 if q % 2 == 0 else q + 1
    yield (
        "step of the automaton, shortest",
        changed(files, (row, row[: row.rindex(b" ")] + b" %d" % copy)),
        b"c:13: 4.2 next: ",
    )

    none = NoLayer("", first_letter(), ([], [0], [1], [])).files()
    yield (
        "x is not idempotent",
        NoLayer("", cyclic_first(), ([], [0], [1], [])).files(),
        b"c:6: 4.4 idempotent: ",
    )
    yield (
        "y is not idempotent",
        NoLayer("", cyclic_first(), ([], [1], [0], [])).files(),
        b"c:7: 4.4 idempotent: ",
    )
    yield "no difference", NoLayer("", first_letter(), ([0], [0], [1], [])).files(), b"c:9: 4.4 outp"
    yield (
        "labels exchanged",
        changed(none, (b"accept reject", b"reject accept")),
        b"c:9: 4.4 outputs: ",
    )
    yield "not the label", changed(none, (b"accept reject", b"accept no")), b"c:9: 4.4 outputs: "
    yield (
        "no layer, another automaton",
        (None, write_automaton(cyclic_first()), none[2]),
        b"c:4: 4 digest: ",
    )


def automaton_model(automaton):
    """Parity with as many letters as the automaton; those after the second do nothing."""
    layer = parity_model().layers[0]
    inputs = layer.inputs + [layer.inputs[0]] * (len(automaton.letters) - 2)
    return Model(
        automaton.letters,
        list(ACCEPT),
        [Layer([0], layer.start, inputs, layer.weights, layer.bias)],
    )
