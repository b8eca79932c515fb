"""Networks, automata and certificates of proofs_check/FORMAT.md, a second time and in another way.

Everything here is written from FORMAT.md alone: fractions.Fraction instead of integers over a
common denominator, regular expressions on whole lines instead of a cursor, matrices multiplied out
instead of factors applied. It builds certificates, it says what the checker must answer, and it
decides by walking through the product of network and automaton whether a claim is true at all.
"""

import hashlib
import itertools
import re
import sys
from fractions import Fraction
from math import lcm

from arithmetic import NANS, OVERFLOWS, ROUNDINGS, Format, Formats, RoundedModel, flat

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)

LIMIT = 3000  # states of a product, before truth() gives up


# ---------------------------------------------------------------- meaning


class Layer:
    """start: N rows of D; inputs: pairs (A as N x N rows or ("gh", [(beta, v)]) ..., B or None)."""

    def __init__(self, reads, start, inputs, weights, bias):
        self.reads, self.start, self.inputs = reads, start, inputs
        self.weights, self.bias = weights, bias
        self.N, self.D = len(start), len(start[0])
        self.matrices = [matrix_of(a, self.N) for a, _ in inputs]

    def step(self, state, x):
        a, b = self.matrices[x], self.inputs[x][1]
        return tuple(
            tuple(
                sum((a[n][m] * state[m][c] for m in range(self.N)), Fraction(b[n][c] if b else 0))
                for c in range(self.D)
            )
            for n in range(self.N)
        )

    def emit(self, state):
        flat = [h for row in state for h in row]
        scores = [
            sum((w * h for w, h in zip(row, flat)), Fraction(c))
            for row, c in zip(self.weights, self.bias)
        ]
        return scores.index(max(scores))


def matrix_of(a, n):
    kind, body = a
    if kind == "dense":
        return body
    if kind == "diagonal":
        return [[body[i] if i == j else Fraction(0) for j in range(n)] for i in range(n)]
    product = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    for beta, v in body:
        norm = sum(x * x for x in v)
        c = [
            [int(i == j) - beta * v[i] * v[j] / Fraction(norm) for j in range(n)] for i in range(n)
        ]
        product = [
            [sum(c[i][k] * product[k][j] for k in range(n)) for j in range(n)] for i in range(n)
        ]
    return product


class Model:
    def __init__(self, letters, labels, layers):
        self.letters, self.labels, self.layers = letters, labels, layers

    def start(self):
        return tuple(
            tuple(tuple(map(Fraction, row)) for row in layer.start) for layer in self.layers
        )

    def step(self, states, letter):
        new, symbols = [], []
        for layer, state in zip(self.layers, states):
            x = 0
            for r in layer.reads:
                x = (
                    x * len(self.letters) + letter
                    if r == 0
                    else x * len(self.layers[r - 1].bias) + symbols[r - 1]
                )
            new.append(layer.step(state, x))
            symbols.append(layer.emit(new[-1]))
        return tuple(new)

    def label(self, states):
        return self.labels[self.layers[-1].emit(states[-1])]


class Automaton:
    """states: pairs (index of the label, successors)."""

    def __init__(self, letters, labels, start, states):
        self.letters, self.labels, self.start, self.states = letters, labels, start, states

    def label(self, q):
        return self.labels[self.states[q][0]]

    def run(self, word, q=None):
        q = self.start if q is None else q
        for a in word:
            q = self.states[q][1][a]
        return q

    def maps(self):
        """What words do to the states: the transition monoid, each element with a shortest word."""
        words = {tuple(range(len(self.states))): []}
        for f in iter_growing(words):
            for a in range(len(self.letters)):
                words.setdefault(tuple(self.states[q][1][a] for q in f), words[f] + [a])
            if len(words) > LIMIT:
                raise RuntimeError("the monoid is too large")
        return words

    def obstructions(self):
        """All (u, x, y, z) for idempotents x, y whose x y x and y x lead apart, z a shortest."""
        maps = self.maps()
        idempotents = [f for f in maps if all(f[f[q]] == f[q] for q in range(len(f)))]
        reached = {}
        for f, word in maps.items():
            reached.setdefault(f[self.start], word)
        for x in idempotents:
            for y in idempotents:
                for q, u in reached.items():
                    p, r = x[y[x[q]]], x[y[q]]
                    z = next((w for f, w in maps.items() if self.label(f[p]) != self.label(f[r])), None)
                    if p != r and z is not None:
                        yield u, maps[x], maps[y], z


def iter_growing(dictionary):
    """The keys, including those that are added meanwhile."""
    at = 0
    while at < len(dictionary):
        keys = list(dictionary)[at:]
        at += len(keys)
        yield from keys


class Pair:
    def __init__(self, model, automaton):
        self.model, self.automaton = model, automaton
        self.letter = [automaton.letters.index(name) for name in model.letters]

    def start(self):
        return self.model.start(), self.automaton.start

    def step(self, pair, a):
        return self.model.step(pair[0], a), self.automaton.states[pair[1]][1][self.letter[a]]

    def labels(self, pair):
        return self.model.label(pair[0]), self.automaton.label(pair[1])

    def agrees(self, pair):
        a, b = self.labels(pair)
        return a == b

    def levels(self):
        """The pairs first reached by words of length 0, 1, 2, .."""
        seen, level = {self.start()}, [self.start()]
        while level:
            yield level
            new = []
            for pair in level:
                for a in range(len(self.model.letters)):
                    after = self.step(pair, a)
                    if after not in seen:
                        seen.add(after)
                        new.append(after)
            if len(seen) > LIMIT:
                raise RuntimeError("the product is too large to decide the claim")
            level = new

    def after(self, word):
        pair = self.start()
        for a in word:
            pair = self.step(pair, a)
        return pair

    def agrees_everywhere(self):
        return all(self.agrees(pair) for level in self.levels() for pair in level)

    def agrees_on_shorter(self, length):
        shorter = itertools.islice(self.levels(), length)
        return all(self.agrees(pair) for level in shorter for pair in level)

    def shortest_difference(self):
        words = {self.start(): []}
        for level in self.levels():
            for pair in level:
                if not self.agrees(pair):
                    return words[pair]
                for a in range(len(self.model.letters)):
                    words.setdefault(self.step(pair, a), words[pair] + [a])
        return None


def automaton_of(model, letters=None, limit=LIMIT):
    """The network's own behaviour as an automaton: its reachable states, in breadth-first order.
    None if there are more than `limit`."""
    letters = letters or list(model.letters)
    order = [model.letters.index(name) for name in letters]
    number, queue, states = {model.start(): 0}, [model.start()], []
    for states_of_layers in queue:
        if len(queue) > limit:
            return None
        successors = []
        for a in order:
            after = model.step(states_of_layers, a)
            if after not in number:
                number[after] = len(queue)
                queue.append(after)
            successors.append(number[after])
        states.append([model.labels.index(model.label(states_of_layers)), successors])
    return Automaton(letters, list(model.labels), 0, states)


# ---------------------------------------------------------------- writing


def encode(name):
    return "".join(
        chr(b) if 33 <= b <= 126 and b != 37 else "%%%02X" % b for b in name.encode("utf-8")
    )


def over(values, extra=1):
    """DEN INT*: a common denominator, `extra` times larger than needed."""
    den = lcm(1, *(Fraction(x).denominator for x in values)) * extra
    return [den] + [int(Fraction(x) * den) for x in values]


def join(lines):
    return "".join(" ".join(map(str, line)) + "\n" for line in lines).encode("ascii")


def names(keyword, list_of_names):
    return [keyword, len(list_of_names)] + [encode(n) for n in list_of_names]


def write_model(model, extra=1):
    lines = [["statewright-model", 1], names("letters", model.letters)]
    lines += [names("labels", model.labels), ["layers", len(model.layers)]]
    for i, layer in enumerate(model.layers):
        lines += [["layer", i], ["state", layer.N, layer.D]]
        lines += [["reads", len(layer.reads)] + layer.reads]
        lines += [["start"] + over(flat(layer.start), extra), ["inputs", len(layer.inputs)]]
        for x, ((kind, body), b) in enumerate(layer.inputs):
            lines.append(["input", x])
            if kind == "gh":
                lines.append(["gh", len(body)])
                for beta, v in body:
                    beta = Fraction(beta)
                    beta = [beta.numerator * extra, beta.denominator * extra]
                    lines.append(["factor"] + beta + over(v, extra))
            elif kind == "diagonal":
                lines.append(["diagonal"] + over(body, extra))
            else:
                lines.append(["dense"] + over(flat(body), extra))
            lines.append(["add", 1] + over(flat(b), extra) if b else ["add", 0])
        lines += [["readout", len(layer.bias)], ["weights"] + over(flat(layer.weights), extra)]
        lines += [["bias"] + over(layer.bias, extra)]
    return join(lines + [["end"]])


def write_automaton(m):
    lines = [["statewright-automaton", 1], names("letters", m.letters), names("labels", m.labels)]
    lines += [["states", len(m.states)], ["start", m.start]]
    lines += [["state", q, out] + successors for q, (out, successors) in enumerate(m.states)]
    return join(lines + [["end"]])


def sha(data):
    return hashlib.sha256(data).hexdigest()


def write_certificate(pair, files, kind, word=None, shortest=False, extra=1, repeat=False):
    """kind: every-word or counterexample. `repeat`: the rows once more, unreachable."""
    every = kind == "every-word"
    rounded = isinstance(pair.model, RoundedModel)
    lines = [["statewright-certificate", 1], ["claim", kind]]
    lines += pair.model.formats.lines() if rounded else [["arithmetic", "exact"]]
    lines += [["model", sha(files[0])], ["automaton", sha(files[1])]]
    if not every:
        lines.append(["word", len(word)] + word)
        lines.append(["outputs"] + [encode(n) for n in pair.labels(pair.after(word))])
        lines.append(["shortest", int(shortest)])
    if every or shortest:
        levels = list(pair.levels() if every else itertools.islice(pair.levels(), len(word)))
        if not every:
            levels += [[]] * (len(word) - len(levels))
        rows = flat(levels)
        dens = []
        for i in range(len(pair.model.layers)):
            entries = [x for states, _ in rows for x in flat(states[i])]
            dens.append(1 if rounded else over(entries, extra)[0])
        if not rounded:
            lines.append(["denominators", len(dens)] + dens)
        lines.append(["depths", 0] if every else ["depths", len(word)] + list(map(len, levels)))
        copies = 2 if repeat and every else 1
        lines.append(["rows", len(rows) * copies])
        index = {row: r for r, row in enumerate(rows)}
        with_next = len(rows) if every else len(rows) - (len(levels[-1]) if levels else 0)
        for copy in range(copies):
            for r, (states, q) in enumerate(rows):
                numbers = [int(x * d) for state, d in zip(states, dens) for x in flat(state)]
                lines.append(["row", r + copy * len(rows)] + numbers + [q])
                if r < with_next:
                    after = [pair.step((states, q), a) for a in range(len(pair.model.letters))]
                    lines.append(["next"] + [index[x] for x in after])
    return join(lines + [["end"]])


def write_no_layer(automaton, data, words):
    """That no single layer does what the automaton does; words: u, x, y, z as lists of letters."""
    lines = [["statewright-certificate", 1], ["claim", "no-single-layer"], ["arithmetic", "exact"]]
    lines.append(["automaton", sha(data)])
    lines += [[name, len(word)] + list(word) for name, word in zip("uxyz", words)]
    u, x, y, z = words
    labels = [automaton.label(automaton.run(w)) for w in (u + x + y + x + z, u + y + x + z)]
    return join(lines + [["outputs"] + [encode(n) for n in labels], ["end"]])


# ---------------------------------------------------------------- reading and checking


class Malformed(Exception):
    pass


class Rejected(Exception):
    pass


INT = re.compile(rb"0|-?[1-9][0-9]*")
LINE = re.compile(rb"[!-~]+( [!-~]+)*")
NAME = re.compile(rb"([!-$&-~]|%(25|[01][0-9A-F]|20|7F|[89A-F][0-9A-F]))+")


def need(condition, error=Malformed):
    if not condition:
        raise error()


def integer(token):
    need(INT.fullmatch(token))
    return int(token)


def count(token, below=2**31):
    value = integer(token)
    need(0 <= value < min(below, 2**31))
    return value


def den(token):
    value = integer(token)
    need(value >= 1)
    return value


class Lines:
    def __init__(self, data):
        need(data.endswith(b"\n"))
        self.lines = data[:-1].split(b"\n")
        for line in self.lines:
            need(LINE.fullmatch(line))
        self.at = 0

    def take(self, keyword=None, fields=None):
        need(self.at < len(self.lines))
        tokens = self.lines[self.at].split(b" ")
        self.at += 1
        if keyword is not None:
            need(tokens[0] == keyword.encode())
            tokens = tokens[1:]
        need(fields is None or len(tokens) == fields)
        return tokens

    def number(self, keyword, least=0, below=2**31):
        value = count(self.take(keyword, 1)[0], below)
        need(value >= least)
        return value

    def listed(self, keyword):
        tokens = self.take(keyword)
        need(tokens and count(tokens[0]) == len(tokens) - 1)
        return tokens[1:]

    def names(self, keyword):
        tokens = self.listed(keyword)
        for token in tokens:
            need(NAME.fullmatch(token))
        need(len(set(tokens)) == len(tokens))
        return [token.decode() for token in tokens]

    def fractions(self, keyword, size):
        return scaled(self.take(keyword, 1 + size))

    def end(self):
        self.take("end", 0)
        need(self.at == len(self.lines))


def scaled(tokens):
    d = den(tokens[0])
    return [Fraction(integer(t), d) for t in tokens[1:]]


def rows_of(values, columns):
    return [values[i : i + columns] for i in range(0, len(values), columns)]


def parse_model(data):
    f = Lines(data)
    need(f.number("statewright-model") == 1)
    letters, labels, layers = f.names("letters"), f.names("labels"), []
    size = f.number("layers", 1)
    for i in range(size):
        need(f.number("layer") == i)
        n, d = (count(t) for t in f.take("state", 2))
        need(n >= 1 and d >= 1)
        reads = [count(t, i + 1) for t in f.listed("reads")]
        need(reads)
        start = f.fractions("start", n * d)
        x = 1
        for r in reads:
            x *= len(letters) if r == 0 else len(layers[r - 1].bias)
        need(f.number("inputs") == x)
        inputs = []
        for y in range(x):
            need(f.number("input") == y)
            line = f.take()
            if line[0] == b"gh":
                need(len(line) == 2)
                factors = []
                for _ in range(count(line[1])):
                    t = f.take("factor", 3 + n)
                    v = scaled(t[2:])
                    need(any(v))
                    factors.append((Fraction(integer(t[0]), den(t[1])), v))
                a = ("gh", factors)
            elif line[0] == b"diagonal":
                need(len(line) == 2 + n)
                a = ("diagonal", scaled(line[1:]))
            else:
                need(line[0] == b"dense" and len(line) == 2 + n * n)
                a = ("dense", rows_of(scaled(line[1:]), n))
            line = f.take("add")
            need(line and line[0] in (b"0", b"1"))
            need(len(line) == (1 if line[0] == b"0" else 2 + n * d))
            inputs.append((a, rows_of(scaled(line[1:]), d) if line[0] == b"1" else None))
        outputs = f.number("readout", 1)
        need(i + 1 < size or outputs == len(labels))
        weights = f.fractions("weights", outputs * n * d)
        bias = f.fractions("bias", outputs)
        layers.append(Layer(reads, rows_of(start, d), inputs, rows_of(weights, n * d), bias))
    f.end()
    return Model(letters, labels, layers)


def parse_automaton(data):
    f = Lines(data)
    need(f.number("statewright-automaton") == 1)
    letters, labels = f.names("letters"), f.names("labels")
    size = f.number("states", 1)
    start, states = f.number("start", 0, size), []
    for q in range(size):
        t = f.take("state", 2 + len(letters))
        need(count(t[0]) == q)
        states.append([count(t[1], len(labels)), [count(s, size) for s in t[2:]]])
    f.end()
    return Automaton(letters, labels, start, states)


def plural(n, thing):
    return "%d %s%s" % (n, thing, "" if n == 1 else "s")


def braced(list_of_names):
    return "{ " + "".join(n + " " for n in list_of_names) + "}"


def parse_format(tokens):
    need(tokens)
    if tokens[0] == b"fixed":
        need(len(tokens) == 5)
        i, f = count(tokens[1], 54), count(tokens[2], 53)
        need(i >= 1 and 2 <= i + f <= 53)
        words = [i, f]
    else:
        need(tokens[0] == b"float" and len(tokens) == 10)
        words = [count(t, b) for t, b in zip(tokens[1:7], (12, 53, 4096, 2, 2, 2))]
        need(words[0] >= 2 and words[1] >= 1)
        words.append(tokens[7].decode())
        need(words[6] in NANS and (words[6] == "ieee" or not words[5]))
    overflow, rounding = (t.decode() for t in tokens[-2:])
    allowed = set(OVERFLOWS) - {"wrap"}
    if tokens[0] == b"fixed":
        allowed = {"saturate", "wrap"}
    elif not words[5]:
        allowed.remove("infinity")
    need(overflow in allowed and rounding in ROUNDINGS)
    return Format(tokens[0].decode(), *words, overflow, rounding)


def parse_formats(lines):
    """Of the four lines after `arithmetic rounded`."""
    formats = []
    for keyword, line in zip((b"io", b"state", b"accumulate", b"readout"), lines):
        tokens = line.split(b" ")
        need(tokens[0] == keyword)
        exact = keyword == b"readout" and tokens[1:] == [b"exact"]
        formats.append(None if exact else parse_format(tokens[1:]))
    return Formats(*formats)


def answer(model_data, automaton_data, certificate_data):
    """(exit code, and if it is 0: standard output, the claim (kind, word, shortest), the pair)."""
    try:
        return obligations(model_data, automaton_data, certificate_data)
    except Malformed:
        return 2, None, None, None
    except Rejected:
        return 1, None, None, None


HEAD = [
    [b"statewright-certificate 1"],
    [b"claim every-word", b"claim counterexample", b"claim no-single-layer"],
    [b"arithmetic exact", b"arithmetic rounded"],
]


def obligations(model_data, automaton_data, certificate_data):
    if model_data is None:
        return no_layer(automaton_data, certificate_data)
    model, automaton = parse_model(model_data), parse_automaton(automaton_data)
    head = certificate_data.split(b"\n", 9)[:-1]
    for i, line in enumerate(head[:3]):  # the head is judged before anything after it
        need(line in HEAD[i] and not line.endswith(b"no-single-layer"))
    rounded = head[2:3] == [b"arithmetic rounded"]
    if rounded:
        need(len(head) >= 7)
        formats = parse_formats(head[3:7])
    at = 7 if rounded else 3
    for line, subject, data in zip(
        head[at:], (b"model ", b"automaton "), (model_data, automaton_data)
    ):
        need(re.fullmatch(subject + rb"[0-9a-f]{64}", line))
        need(line == subject + sha(data).encode(), Rejected)
    f = Lines(certificate_data)
    need(len(f.lines) > at + 2)
    f.at = at + 2
    every = head[1].endswith(b"every-word")
    word, shortest, kind = [], False, "every-word" if every else "counterexample"
    if not every:
        word = [count(t, len(model.letters)) for t in f.listed("word")]
        outputs = f.take("outputs", 2)
        for token in outputs:
            need(NAME.fullmatch(token))
        shortest = f.number("shortest", 0, 2) == 1
    depths, rows = [], []
    if every or shortest:
        dens = [1] * len(model.layers)
        if not rounded:
            dens = [den(t) for t in f.listed("denominators")]
            need(len(dens) == len(model.layers))
        depths = [count(t) for t in f.listed("depths")]
        need(len(depths) == (0 if every else len(word)))
        need(not depths or depths[0] >= 1)
        size = f.number("rows", 1 if every else 0)
        need(every or size == sum(depths))
        z = sum(layer.N * layer.D for layer in model.layers)
        for r in range(size):
            t = f.take("row", 2 + z)
            need(count(t[0]) == r)
            q, at, states = count(t[-1], len(automaton.states)), 1, []
            for layer, d in zip(model.layers, dens):
                part = [integer(s) for s in t[at : at + layer.N * layer.D]]
                if rounded:
                    need(all(formats.state.decode(code) is not None for code in part))
                else:
                    part = [Fraction(x, d) for x in part]
                states.append(tuple(map(tuple, rows_of(part, layer.D))))
                at += layer.N * layer.D
            last = every or r < sum(depths[:-1])
            following = f.take("next", len(model.letters)) if last else []
            rows.append(((tuple(states), q), [count(s, size) for s in following]))
    f.end()

    need(set(model.letters) == set(automaton.letters), Rejected)
    if rounded:
        model = RoundedModel(model, formats)
        need(not model.misfits(), Rejected)
    pair = Pair(model, automaton)
    if not every:
        found = pair.labels(pair.after(word))
        need(found == tuple(t.decode() for t in outputs), Rejected)
        need(found[0] != found[1], Rejected)
    steps = 0
    if rows:
        need(rows[0][0] == pair.start(), Rejected)
        depth_of = flat([[d] * n for d, n in enumerate(depths)])
        for r, (row, following) in enumerate(rows):
            need(pair.agrees(row), Rejected)
            for a, t in enumerate(following):
                need(rows[t][0] == pair.step(row, a), Rejected)
                need(every or depth_of[t] <= depth_of[r] + 1, Rejected)
                steps += 1

    evidence = plural(len(rows), "row") + ", " + plural(steps, "step")
    where = " in the arithmetic below" if rounded else ""
    if every:
        claim = (
            "for every word over the letters %s the network%s and the automaton give the same label"
        )
        claim %= braced(model.letters), where
    else:
        spelt = "".join(model.letters[a] + " " for a in word)
        claim = "on the " + ("word [ %s]" % spelt if word else "empty word")
        claim += " the network gives %s%s and the automaton gives %s" % (found[0], where, found[1])
        claim += " ; on every shorter word they give the same label" if shortest else ""
        evidence = "a run of " + plural(len(word), "step") + ("; " + evidence if depths else "")
    states = "".join(
        " %d" % layer.N + ("x%d" % layer.D if layer.D > 1 else "") for layer in model.layers
    )
    text = "VERIFIED %s\n%s\nnetwork     %s, state%s, sha256 %s\n" % (
        kind,
        claim,
        plural(len(model.layers), "layer"),
        states,
        sha(model_data),
    )
    text += "automaton   %s, labels %s, sha256 %s\narithmetic  %s\nevidence    %s\n" % (
        plural(len(automaton.states), "state"),
        braced(automaton.labels),
        sha(automaton_data),
        formats.description() if rounded else "exact",
        evidence,
    )
    return 0, text, (kind, word, shortest), pair


def no_layer(automaton_data, certificate_data):
    """The same for the claim that is about no network."""
    automaton = parse_automaton(automaton_data)
    head = certificate_data.split(b"\n", 4)[:-1]
    for line, kinds in zip(head, HEAD):
        need(line in kinds)
    need(len(head) < 2 or head[1] == HEAD[1][2])
    need(len(head) < 3 or head[2] == HEAD[2][0])
    if len(head) == 4:
        need(re.fullmatch(rb"automaton [0-9a-f]{64}", head[3]))
        need(head[3] == b"automaton " + sha(automaton_data).encode(), Rejected)
    f = Lines(certificate_data)
    need(len(f.lines) > 4)
    f.at = 4
    u, x, y, z = (
        [count(t, len(automaton.letters)) for t in f.listed(name)] for name in ("u", "x", "y", "z")
    )
    outputs = f.take("outputs", 2)
    for token in outputs:
        need(NAME.fullmatch(token))
    f.end()
    for word in (x, y):
        for q in range(len(automaton.states)):
            need(automaton.run(word + word, q) == automaton.run(word, q), Rejected)
    found = [automaton.label(automaton.run(w)) for w in (u + x + y + x + z, u + y + x + z)]
    need(found == [t.decode() for t in outputs] and found[0] != found[1], Rejected)

    def spelt(word):
        return "[ " + "".join(automaton.letters[a] + " " for a in word) + "]"

    text = (
        "VERIFIED no-single-layer\nno single layer H <- A(letter) H + B(letter) with |A| <= 1 and "
        "finitely many reachable states, whatever its dimension and whatever function of the state "
        "and the last letter its output is, gives every word over the letters %s the label that the "
        "automaton gives it\nautomaton   %s, labels %s, sha256 %s\narithmetic  exact\nevidence    "
        "x = %s and y = %s act idempotently; with u = %s and z = %s the label is %s after u x y x z "
        "and %s after u y x z\n"
    ) % (
        braced(automaton.letters),
        plural(len(automaton.states), "state"),
        braced(automaton.labels),
        sha(automaton_data),
        *map(spelt, (x, y, u, z)),
        *found,
    )
    return 0, text, ("no-single-layer", None, False), automaton


def is_true(pair, claim):
    """Decides the claim without looking at the certificate's rows; `pair` is the automaton alone if
    the claim is about no network."""
    kind, word, shortest = claim
    if kind == "no-single-layer":
        return next(pair.obstructions(), None) is not None
    if kind == "every-word":
        return pair.agrees_everywhere()
    differs = not pair.agrees(pair.after(word))
    return differs and (not shortest or pair.agrees_on_shorter(len(word)))
