"""Triples whose claim is true in rounded arithmetic: formats, roundings, special values."""

import random
from fractions import Fraction as F

import cases
from arithmetic import ROUNDINGS, Format, Formats, RoundedModel, e4m3, finite, fixed, flat, ieee, mistakes_by_listing, scale
from cases import ACCEPT, KEEP, Case, column, dense, diagonal, gh, swap, wrong_in
from machines import Automaton, Layer, Model, automaton_of, sha

BF16, FP16, FP32, FP64 = ieee(8, 7), ieee(5, 10), ieee(8, 23), ieee(11, 52)
E5M2, E4M3, E2M1 = ieee(5, 2), e4m3(), finite(2, 1)
NAMED = {"bf16": BF16, "fp16": FP16, "fp32": FP32, "fp64": FP64, "e5m2": E5M2, "e4m3": E4M3, "e2m1": E2M1}


def quantised(model, formats):
    """The network with every parameter as it is stored; None if some key becomes 0."""
    io, layers = formats.io, []

    def each(format, rows):
        return [[format.store(x) for x in row] for row in rows]

    for layer in model.layers:
        inputs = []
        for (kind, body), b in layer.inputs:
            if kind == "gh":
                stored = []
                for beta, v in body:
                    (keys,) = each(io, [v])
                    if not any(keys):
                        return None
                    stored.append((io.store(scale(beta, v)) * sum(x * x for x in keys), keys))
                body = stored
            else:
                body = each(io, [body])[0] if kind == "diagonal" else each(io, body)
            inputs.append(((kind, body), each(io, b) if b else None))
        weights, bias = layer.weights, layer.bias
        if formats.readout:
            weights, (bias,) = each(formats.readout, weights), each(formats.readout, [bias])
        layers.append(Layer(layer.reads, each(formats.state, layer.start), inputs, weights, bias))
    return RoundedModel(Model(model.letters, model.labels, layers), formats)


def one_layer(start, inputs, weights, bias=None, labels=ACCEPT):
    letters = [chr(97 + i) for i in range(len(inputs))]
    weights = [[F(x) for x in row] for row in weights]
    bias = [F(x) for x in bias or [0] * len(weights)]
    labels = labels if len(labels) == len(weights) else ["l%d" % k for k in range(len(weights))]
    return Model(letters, labels, [Layer([0], start, inputs, weights, bias)])


def turn(weights=((1, 0), (0, 1), (-1, -1))):
    """A rotation, its inverse, and nothing; 3/5 and 4/5 are values of no binary format."""
    r = dense([[F(3, 5), F(-4, 5)], [F(4, 5), F(3, 5)]])
    back = dense([[F(3, 5), F(4, 5)], [F(-4, 5), F(3, 5)]])
    return one_layer(column(1, 0), [(r, None), (back, None), (KEEP, None)], weights)


def mirrors():
    """Two reflections whose scales are rounded too."""
    inputs = [(gh((F(2), [F(1), F(1, 3)])), None), (gh((F(2), [F(1), F(2)]), (F(1), [F(0), F(1)])), None)]
    return one_layer([[F(1), F(1, 2)], [F(1, 3), F(0)]], inputs, [[1, 0, 0, 1], [0, 1, 1, 0]])


def deltanet():
    """beta / (v . v) = 1 for a key of almost unit length: in bf16 the state cycles for ever."""
    v = [F(-175, 256), F(-93, 128)]
    return one_layer(column(F(97, 64), F(-91, 64)), [(gh((sum(x * x for x in v), v)), None)], [[1, 0], [0, 1]])


def growth():
    """Overflows with either sign, then infinity times 0."""
    inputs = [(diagonal(F(3), F(-5)), None), (diagonal(0, 0), None)]
    return one_layer(column(1, 1), inputs, [[1, 0], [0, 1], [0, 0]], [0, F(1, 2), 0])


def difference():
    """Overflows, then infinity minus infinity; zeros of the matrix are not skipped."""
    inputs = [(dense([[2, 1, 0], [1, -2, 0], [0, 1, 1]]), column(0, F(1, 4), 0))]
    return one_layer(column(1, F(-3, 2), 0), inputs, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])


def zeros():
    """Sums of exactly 0, and zeros of both signs."""
    inputs = [
        (diagonal(F(-1), F(1)), None),
        (gh((F(2), [F(1), F(-1)])), column(0, 0)),
        (dense([[0, -1], [1, 0]]), None),
        (diagonal(0, F(-1)), None),
    ]
    return one_layer(column(1, 1), inputs, [[1, 0], [0, 1], [-1, 0], [-1, -1]])


def underflow():
    """Down to the subnormals and 0."""
    return one_layer(column(1, 1), [(diagonal(F(1, 4), F(-1, 8)), None)], [[1, 0], [0, 1], [0, 0]], [0, 0, F(1, 16)])


def counter(steps=1):
    """h <- h + 1: wraps around in fixed point, sticks or saturates elsewhere."""
    return one_layer(column(0), [(KEEP, column(steps)), (diagonal(-1), None)], [[1], [-1]], [0, F(-1, 2)])


def product_case(name, model, limit=400, kinds=("every-word",)):
    """The claims that a network makes about itself; nothing if its states are too many."""
    automaton = model and automaton_of(model, model.letters[::-1], limit)
    if automaton is None:
        return
    if "every-word" in kinds:
        yield Case(name, model, automaton, "every-word")
    if "counterexample" in kinds and len(automaton.labels) > 1:
        wrong = wrong_in(automaton, -1)
        for shortest in (False, True):
            yield Case("%s, wrong %d" % (name, shortest), model, wrong, "counterexample", shortest=shortest)


def by_hand():
    both = "every-word", "counterexample"
    for name, f in NAMED.items():
        for what, model in (("parity", cases.parity_model()), ("S3", cases.s3_model()), ("two layers", cases.cascade_model())):
            if name in ("e4m3", "bf16") or what == "parity":
                yield from product_case(what + " in " + name, quantised(model, Formats(f)), kinds=both)
    walks = growth(), difference(), zeros(), underflow(), counter(), turn(), mirrors()
    for rounding in ROUNDINGS:
        for name, f in (
            ("e4m3", e4m3(rounding)),
            ("e4m3, saturating", e4m3(rounding, "saturate")),
            ("e5m2", ieee(5, 2, rounding)),
            ("e5m2, saturating", ieee(5, 2, rounding, "saturate")),
            ("e5m2, no subnormals", ieee(5, 2, rounding, subnormals=0)),
            ("e2m1", finite(2, 1, rounding)),
            ("e3m1", ieee(3, 1, rounding, "nan")),
            ("fixed", fixed(2, 2, "saturate", rounding)),
            ("fixed, wrapping", fixed(3, 1, "wrap", rounding)),
        ):
            # Rotations close quickly only where there are few numbers.
            for i, model in enumerate(walks if f.width < 7 else walks[:4]):
                yield from product_case("walk %d in %s, %s" % (i, name, rounding), quantised(model, Formats(f)), 60)
    yield from product_case("deltanet in bf16", quantised(deltanet(), Formats(BF16)), kinds=both)
    double = one_layer(column(-1), [(diagonal(2), None)], [[1], [-1]])  # -1, -2, -4, and 0 without a sign
    yield from product_case("wrapping to 0", quantised(double, Formats(fixed(3, 1, "wrap"))))
    for name, f in (
        ("bf16 in fp32", Formats(BF16, BF16, FP32)),
        ("fp32 in bf16", Formats(BF16, FP32, BF16, None)),
        ("exact readout", Formats(E4M3, readout=None)),
        ("readout of another format", Formats(E4M3, E5M2, FP16, E2M1)),
        ("NaN without a code", Formats(E4M3, E2M1, e4m3("down"))),
        ("fixed from NaN", Formats(E4M3, fixed(2, 1), e4m3(), None)),
        ("unsigned zeros", Formats(finite(3, 2, signed_zero=0))),
        ("bits of every kind", Formats(Format("float", 4, 1, 11, 0, 1, 1, "ieee", "nan", "nearest-even"))),
        ("odd then even", Formats(E4M3, E4M3, ieee(5, 4, "to-odd"))),
    ):
        for what, model in (("growth", growth()), ("difference", difference()), ("zeros", zeros()), ("counter", counter(3))):
            yield from product_case(what + ": " + name, quantised(model, f), 60)
    up = Automaton(["b", "a"], list(ACCEPT), 0, [[0, [0, 1]], [0, [0, 2]], [0, [0, 2]]])
    yield Case("counter in fp16", quantised(counter(), Formats(FP16)), up, "counterexample", shortest=True)
    yield Case("empty word in bf16", quantised(counter(), Formats(BF16)), wrong_in(up, 0), "counterexample", [], True)


def mistakes(rng):
    """What the arithmetic of arithmetic.py gets wrong, judged by lists of all values of small formats."""
    for rounding in ROUNDINGS:
        for f in (e4m3(rounding), ieee(5, 2, rounding), finite(2, 1, rounding), fixed(3, 3, "saturate", rounding)):
            values = list(map(f.decode, range(2**f.width)))
            if any(x is not None and f.encode(x) != code for code, x in enumerate(values)):
                yield "codes of %s" % f.words
            for _ in range(20):
                x = F(rng.randint(1, 1000), rng.choice((1, 2, 3, 64, 1000))) * rng.choice((1, -1, F(1, 64)))
                if mistakes_by_listing(f, x):
                    yield "%s in %s" % (x, f.words)


def random_format(rng):
    rounding = rng.choice(ROUNDINGS)
    kind = rng.randint(0, 4)
    if kind == 0:
        return fixed(rng.randint(1, 4), rng.randint(1, 3), rng.choice(("saturate", "wrap")), rounding)
    if kind == 1:
        return finite(rng.randint(2, 4), rng.randint(1, 3), rounding, signed_zero=rng.randint(0, 1))
    if kind == 2:
        return e4m3(rounding, rng.choice(("nan", "saturate")))
    overflow = rng.choice(("infinity", "infinity", "saturate", "nan"))
    return ieee(rng.randint(2, 5), rng.randint(1, 4), rounding, overflow, rng.randint(0, 1))


def random_cases(seed, number):
    rng = random.Random(seed)
    for i in range(number):
        f = Formats(*(random_format(rng) for _ in range(4)))
        if rng.randint(0, 2) == 0:
            f = Formats(f.io)
        if rng.randint(0, 3) == 0:
            f = Formats(f.io, f.state, f.accumulate, None)
        n, d, outputs = rng.randint(1, 3), rng.randint(1, 2), rng.randint(1, 3)

        def entry():
            return F(rng.randint(-6, 6), rng.choice((1, 2, 3, 4, 5)))

        def matrix(rows, columns):
            return [[entry() for _ in range(columns)] for _ in range(rows)]

        def transition():
            b = rng.choice((None, matrix(n, d)))
            kind = rng.randint(0, 2)
            if kind == 0:
                pairs = [swap(n, *rng.sample(range(n), 2)) for _ in range(2)] if n > 1 else []
                keys = [(entry(), [F(1)] + flat(matrix(1, n - 1)))]
                return gh(*rng.choice((pairs, keys, keys))), b
            return (diagonal(*flat(matrix(1, n))) if kind == 1 else dense(matrix(n, n))), b

        inputs = [transition() for _ in range(rng.randint(1, 3))]
        model = one_layer(matrix(n, d), inputs, matrix(outputs, n * d), flat(matrix(1, outputs)), ["a", "b"])
        try:
            stored = quantised(model, f)
        except (OverflowError, ValueError):  # a parameter became an infinity or NaN
            continue
        yield from product_case("random %d" % i, stored, 60, ("every-word", "counterexample"))


def refused():
    """As cases.refused(): well-formed triples that break one rule each."""

    def changed(files, old, new, place=2):
        if files[place].count(old) != 1:
            raise RuntimeError("nothing to change: %r" % old)
        files = list(files)
        before = sha(files[place]).encode()
        files[place] = files[place].replace(old, new)
        files[2] = files[2].replace(before, sha(files[place]).encode())
        return tuple(files)

    # The start of parity is 1 = 0x3c00 in fp16; the other state is -1 = 0xbc00.
    model = quantised(cases.parity_model(), Formats(FP16))
    parity = Case("", model, cases.parity_automaton(), "every-word").files()
    yield "another bit", changed(parity, b"row 1 48128 1", b"row 1 48129 1"), b"c:13: 4.1 next: "
    yield "start, another bit", changed(parity, b"row 0 15360 0", b"row 0 15361 0"), b"c:12: 4.1 start: "
    yield "label", changed(parity, b"row 1 48128 1", b"row 1 48128 0"), b"c:14: 4.1 labels: "
    for old, new, rule in (
        (b"start 1 1", b"start 10 1", b"c:5: 4.3 stored: layer 0, start"),
        (b"diagonal 1 -1", b"diagonal 3 -1", b"c:4: 4.3 stored: layer 0, input 1"),
        (b"diagonal 1 -1", b"diagonal 1 -65536", b"c:4: 4.3 stored: layer 0, input 1"),
        (b"weights 1 1 -1", b"weights 4096 4097 -1", b"c:7: 4.3 stored: layer 0, readout"),
        (b"bias 1 0 0", b"bias 100000000 0 1", b"c:7: 4.3 stored: layer 0, readout"),
    ):
        yield "stored %r" % new, changed(parity, old, new, 0), rule
    # Every kind of parameter: a dense matrix, a key, and B. 4097/4096 has too many bits for fp16.
    inputs = [(dense([[0, 1], [1, 0]]), None), (dense([[0, 0], [0, 0]]), column(2, 1)), (gh(swap(2, 0, 1)), None)]
    model = quantised(one_layer(column(1, 1), inputs, [[1, 0], [0, 1]]), Formats(FP16))
    kinds = Case("", model, automaton_of(model), "every-word").files()
    for old, new, rule in (
        (b"dense 1 0 1 1 0", b"dense 4096 0 4097 1 0", b"c:4: 4.3 stored: layer 0, input 0"),
        (b"add 1 1 2 1", b"add 1 4096 4097 1", b"c:4: 4.3 stored: layer 0, input 1"),
        (b"factor 2 1 1 1 -1", b"factor 2 1 4096 4097 -4096", b"c:4: 4.3 stored: layer 0, input 2"),
    ):
        yield "stored %r" % new, changed(kinds, old, new, 0), rule
    # Counterexamples: S3 has 1, 2, 2 rows of depth 0, 1, 2, and the numbers 1, 2, 3 as 15360, 16384, 16896.
    model = quantised(cases.s3_model(), Formats(FP16))
    wrong = Case("", model, wrong_in(automaton_of(model), -1), "counterexample", shortest=True).files()
    outputs = next(x for x in wrong[2].split(b"\n") if x.startswith(b"outputs ")).split(b" ")
    yield (
        "outputs exchanged",
        changed(wrong, b" ".join(outputs), b" ".join((outputs[0], outputs[2], outputs[1]))),
        b"c:11: 4.2 outputs: ",
    )
    yield (
        "start, another bit, shortest",
        changed(wrong, b"row 0 15360 16384 16896 ", b"row 0 15360 16384 16897 "),
        b"c:15: 4.2 start: ",
    )
    yield "step to another row, shortest", changed(wrong, b"next 1 2", b"next 2 1"), b"c:16: 4.2 next: "
    keys = quantised(mirrors(), Formats(E4M3))
    mirror = Case("", keys, automaton_of(keys), "every-word").files()
    line = next(x for x in mirror[0].split(b"\n") if x.startswith(b"factor "))
    beta = line.split(b" ")
    beta[1:3] = b"%d" % (int(beta[1]) * 37), b"%d" % (int(beta[2]) * 32)  # 37/32 has too many bits
    yield "a scale that is not stored", changed(mirror, line, b" ".join(beta), 0), b"c:4: 4.3 stored: layer 0, input 0"

    # Signs of zero are bits: -1 * 0 is -0, and rounding down 1 - 1 is -0.
    zero = one_layer(column(0), [(diagonal(-1), None)], [[1], [-1]])
    signed = Case("", quantised(zero, Formats(FP16)), Automaton(["a"], ["reject"], 0, [[0, [0]]]), "every-word").files()
    yield "the sign of zero", changed(signed, b"row 1 32768 0\nnext 0", b"row 1 32768 0\nnext 1"), b"4.1 next: "
    # The same rows in another arithmetic are no proof.
    cycle = quantised(deltanet(), Formats(BF16))
    files = Case("", cycle, automaton_of(cycle), "every-word").files()
    old = next(x for x in files[2].split(b"\n") if x.startswith(b"accumulate "))
    yield "another rounding", changed(files, old, old.replace(b"nearest-even", b"up")), b"4.1 next: "


def malformed():
    """Heads and codes that break the grammar: (name, files)."""
    model = quantised(cases.parity_model(), Formats(FP16))
    files = Case("", model, cases.parity_automaton(), "every-word").files()
    state = b"state float 5 10 15 1 1 1 ieee infinity nearest-even"
    for new in (
        b"state float 1 10 15 1 1 1 ieee infinity nearest-even",
        b"state float 12 10 15 1 1 1 ieee infinity nearest-even",
        b"state float 5 0 15 1 1 1 ieee infinity nearest-even",
        b"state float 5 53 15 1 1 1 ieee infinity nearest-even",
        b"state float 5 10 -1 1 1 1 ieee infinity nearest-even",
        b"state float 5 10 4096 1 1 1 ieee infinity nearest-even",
        b"state float 5 10 15 2 1 1 ieee infinity nearest-even",
        b"state float 5 10 15 1 1 1 none infinity nearest-even",
        b"state float 5 10 15 1 1 1 all-ones infinity nearest-even",
        b"state float 5 10 15 1 1 0 ieee infinity nearest-even",
        b"state float 5 10 15 1 1 1 ieee wrap nearest-even",
        b"state float 5 10 15 1 1 1 ieee infinity nearest",
        b"state float 5 10 15 1 1 1 ieee infinity stochastic",
        b"state float 5 10 15 1 1 1 ieee infinity",
        b"state float 5 10 15 1 1 1 ieee infinity nearest-even 0",
        b"state fixed 5 10 infinity nearest-even",
        b"state fixed 0 10 wrap nearest-even",
        b"state fixed 1 0 wrap nearest-even",
        b"state fixed 5 49 wrap nearest-even",
        b"state fp16",
        b"state exact",
        b"state",
    ):
        yield new.decode(), (files[0], files[1], files[2].replace(state, new, 1))
    for code in (b"65536", b"-1", b"31745", b"65024", b"18446744073709551616"):  # 32256 is NaN
        yield "code %s" % code.decode(), (files[0], files[1], files[2].replace(b"row 0 15360", b"row 0 " + code))
    for name, f, code in (
        ("a subnormal where there are none", ieee(5, 2, subnormals=0), 1),
        ("-0 without signed zeros", finite(3, 2, signed_zero=0), 32),
        ("-NaN", e4m3(), 255),
        ("beyond NaN", finite(2, 1), 17),
        ("beyond NaN, fixed point", fixed(2, 2), 17),
    ):
        model = quantised(cases.parity_model(), Formats(f))
        one = Case("", model, cases.parity_automaton(), "every-word").files()
        row = b"row 0 %d " % f.encode(1.0)
        yield name, (one[0], one[1], one[2].replace(row, b"row 0 %d " % code))


