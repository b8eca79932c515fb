"""Rounded arithmetic of proofs_check/FORMAT.md section 7, a second time and in another way.

The checker keeps a number as an integer and an exponent and shifts bits. Here a value of a format is
a Python float, which holds every one of them, -0.0, infinities and NaN included; zeros, infinities
and NaN are combined by the machine's own IEEE 754 operations, everything else by
fractions.Fraction, and codes are read with divmod.
"""

import functools
from fractions import Fraction
from math import copysign, inf, isfinite, isinf, isnan, nan

NANS = ["none", "ieee", "all-ones"]
OVERFLOWS = ["infinity", "nan", "saturate", "wrap"]
ROUNDINGS = ["nearest-even", "nearest-away", "toward-zero", "up", "down", "to-odd"]


def power(exponent):
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def floor_log2(x):
    """The e with 2^e <= x < 2^(e+1), for x > 0."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e if power(e) <= x else e - 1


def is_minus(x):
    return copysign(1.0, x) < 0


class Format:
    """words: as a certificate spells it, integers and words."""

    def __init__(self, *words):
        self.words = list(words)
        self.fixed = words[0] == "fixed"
        self.E, self.M = words[1:3]
        self.overflow, self.rounding = words[-2:]
        self.subnormals, self.signed_zero, self.infinities, self.nans = True, False, False, "none"
        if self.fixed:
            self.width = self.E + self.M
            self.bounds = -power(self.E - 1), power(self.E - 1) - power(-self.M)
            return
        self.bias, self.subnormals, self.signed_zero, self.infinities, self.nans = words[3:8]
        self.width = self.E + self.M + 1
        self.top = 2 ** (self.E + self.M) - 1  # code of the largest finite value
        self.top -= {"none": 0, "ieee": 2**self.M, "all-ones": 1}[self.nans]
        largest = self.magnitude(self.top)
        self.bounds = -largest, largest

    def magnitude(self, code):
        field, rest = divmod(code, 2**self.M)
        if field == 0:
            return Fraction(rest) * power(1 - self.bias - self.M)
        return (1 + Fraction(rest, 2**self.M)) * power(field - self.bias)

    def nan_code(self):
        if self.nans == "none":
            return 2**self.width
        return self.top + 1 + (2 ** (self.M - 1) if self.nans == "ieee" else 0)

    def decode(self, code):
        """The value; None for a code that is not the one of a value."""
        if code == self.nan_code():
            return nan
        if not 0 <= code < 2**self.width:
            return None
        if self.fixed:
            return float(Fraction(code - (2**self.width if code >= 2 ** (self.width - 1) else 0)) / 2**self.M)
        minus, size = divmod(code, 2 ** (self.width - 1))
        if size > self.top:
            is_infinity = self.infinities and size == self.top + 1
            return (-inf if minus else inf) if is_infinity else None
        if 0 < size < 2**self.M and not self.subnormals:
            return None
        if size == 0 and minus and not self.signed_zero:
            return None
        return copysign(float(self.magnitude(size)), -1.0 if minus else 1.0)

    def encode(self, x):
        if isnan(x):
            return self.nan_code()
        if self.fixed:
            return int(Fraction(x) * 2**self.M) % 2**self.width
        minus = 2 ** (self.width - 1) if is_minus(x) else 0
        if isinf(x):
            return minus + self.top + 1
        if x == 0:
            return minus
        size = abs(Fraction(x))
        e = floor_log2(size)
        if e < 1 - self.bias:
            return minus + int(size / power(1 - self.bias - self.M))
        return minus + (e + self.bias) * 2**self.M + int((size / power(e) - 1) * 2**self.M)

    def zero(self, minus):
        return -0.0 if minus and self.signed_zero else 0.0

    def special(self, x):
        """A zero, an infinity or NaN, as this format has it."""
        if x == 0:
            return self.zero(is_minus(x))
        if isnan(x) or self.overflow in ("nan", "wrap"):
            return nan
        return x if self.overflow == "infinity" else float(self.bounds[x > 0])

    def round(self, x):
        """x: a Fraction other than 0."""
        minus, size = x < 0, abs(x)
        gap = power(-self.M if self.fixed else max(floor_log2(size), 1 - self.bias) - self.M)
        below = size // gap
        rest = size / gap - below
        mode = self.rounding
        if rest != 0:
            if mode == "nearest-even":
                below = round(size / gap)  # Fraction's own rounding is to even
            elif mode == "nearest-away":
                below += rest >= Fraction(1, 2)
            elif mode == "to-odd":
                below += below % 2 == 0
            elif mode != "toward-zero":
                below += minus == (mode == "down")
        y = below * gap
        if y == 0:
            return self.zero(minus)
        if self.overflow == "wrap":
            span = power(self.E)
            return float(((-y if minus else y) + span / 2) % span - span / 2)
        if not self.subnormals and y < power(1 - self.bias):
            return self.zero(minus)
        largest = abs(self.bounds[not minus])
        if y > largest:
            inwards = mode in ("toward-zero", "to-odd", "up" if minus else "down")
            if self.overflow == "saturate" or inwards:
                y = largest
            else:
                return copysign(inf, -1 if minus else 1) if self.overflow == "infinity" else nan
        return float(-y if minus else y)

    def mul(self, a, b):
        if a == 0 or b == 0 or not isfinite(a) or not isfinite(b):
            return self.special(a * b)
        return self.round(Fraction(a) * Fraction(b))

    def add(self, a, b):
        if not isfinite(a) or not isfinite(b):
            return self.special(a + b)
        exact = Fraction(a) + Fraction(b)
        if exact != 0:
            return self.round(exact)
        if is_minus(a) == is_minus(b):
            return self.zero(is_minus(a))
        return self.zero(self.rounding == "down")

    def store(self, x):
        """A rational parameter, rounded; no -0."""
        return Fraction(0) if x == 0 else Fraction(self.round(Fraction(x)))

    def description(self):
        def bits(n, of):
            return "%d %s bit%s, " % (n, of, "" if n == 1 else "s")

        if self.fixed:
            text = "fixed, " + bits(self.E, "integer") + bits(self.M, "fraction")
        else:
            text = "float, " + bits(self.E, "exponent") + bits(self.M, "significand")
            text += "bias %d, " % self.bias
            for has, thing in (
                (self.subnormals, "subnormals"),
                (self.signed_zero, "signed zeros"),
                (self.infinities, "infinities"),
            ):
                text += ("" if has else "no ") + thing + ", "
            text += "NaN codes %s, " % self.nans
        return text + "overflow %s, rounding %s" % (self.overflow, self.rounding)


def ieee(e, m, rounding="nearest-even", overflow="infinity", subnormals=1):
    return Format("float", e, m, 2 ** (e - 1) - 1, subnormals, 1, 1, "ieee", overflow, rounding)


def finite(e, m, rounding="nearest-even", overflow="saturate", signed_zero=1):
    bias = 2 ** (e - 1) - 1
    return Format("float", e, m, bias, 1, signed_zero, 0, "none", overflow, rounding)


def e4m3(rounding="nearest-even", overflow="nan"):
    return Format("float", 4, 3, 7, 1, 1, 0, "all-ones", overflow, rounding)


def fixed(i, f, overflow="saturate", rounding="nearest-even"):
    return Format("fixed", i, f, overflow, rounding)


class Formats:
    """readout: None if exact."""

    def __init__(self, io, state=None, accumulate=None, readout="accumulate"):
        self.io, self.state = io, state or io
        self.accumulate = accumulate or self.state
        self.readout = self.accumulate if readout == "accumulate" else readout

    def lines(self):
        readout = self.readout.words if self.readout else ["exact"]
        lines = [["arithmetic", "rounded"], ["io"] + self.io.words, ["state"] + self.state.words]
        return lines + [["accumulate"] + self.accumulate.words, ["readout"] + readout]

    def description(self):
        return "rounded, every operation\nio          %s\nstate       %s\naccumulate  %s\nreadout     %s" % (
            self.io.description(),
            self.state.description(),
            self.accumulate.description(),
            self.readout.description() if self.readout else "exact",
        )


class RoundedModel:
    """A network (machines.Model) in rounded arithmetic. States hold codes: equal codes, equal futures."""

    def __init__(self, exact, formats):
        self.exact, self.formats = exact, formats
        self.letters, self.labels, self.layers = exact.letters, exact.labels, exact.layers
        self.step_layer = functools.cache(self.step_layer)  # a claim is looked at more than once
        self.emit = functools.cache(self.emit)

    def misfits(self):
        """The parameters that are no values of their format."""
        f = self.formats

        def wrong(format, values):
            return [x for x in values if x != 0 and format.round(Fraction(x)) != x]

        found = []
        for layer in self.layers:
            found += wrong(f.state, flat(layer.start))
            for (kind, body), b in layer.inputs:
                if kind == "gh":
                    for beta, v in body:
                        found += wrong(f.io, [scale(beta, v)] + v)
                else:
                    found += wrong(f.io, body if kind == "diagonal" else flat(body))
                found += wrong(f.io, flat(b or []))
            if f.readout:
                found += wrong(f.readout, flat(layer.weights) + layer.bias)
        return found

    def start(self):
        encode = self.formats.state.encode
        return tuple(
            tuple(tuple(encode(float(x)) for x in row) for row in layer.start)
            for layer in self.layers
        )

    def step(self, states, letter):
        new, symbols = [], []
        for layer, state in zip(self.layers, states):
            x = 0
            for r in layer.reads:
                if r == 0:
                    x = x * len(self.letters) + letter
                else:
                    x = x * len(self.layers[r - 1].bias) + symbols[r - 1]
            new.append(self.step_layer(layer, state, x))
            symbols.append(self.emit(layer, new[-1]))
        return tuple(new)

    def step_layer(self, layer, state, x):
        (kind, body), b = layer.inputs[x]
        fl, state_format = self.formats.accumulate, self.formats.state

        def st(x):
            if isfinite(x) and x != 0:
                return state_format.round(Fraction(x))
            return state_format.special(x)

        columns = []
        for c in range(layer.D):
            h = [state_format.decode(row[c]) for row in state]
            add = [float(row[c]) for row in b] if b else None
            if kind == "dense":
                new = []
                for i, row in enumerate(body):
                    s = None
                    for a, x in zip(row, h):
                        term = fl.mul(float(a), x)
                        s = term if s is None else fl.add(s, term)
                    new.append(st(fl.add(s, add[i]) if add else s))
                h, add = new, None
            elif kind == "diagonal":
                h = [st(fl.mul(float(a), x)) for a, x in zip(body, h)]
            else:
                for beta, v in body:
                    s = None
                    for z, x in zip(v, h):
                        if z != 0:
                            term = fl.mul(float(z), x)
                            s = term if s is None else fl.add(s, term)
                    w = fl.mul(float(scale(beta, v)), s)
                    h = [
                        st(fl.add(x, -fl.mul(float(z), w))) if z != 0 else x for z, x in zip(v, h)
                    ]
            if add:
                h = [st(fl.add(x, y)) for x, y in zip(h, add)]
            columns.append([state_format.encode(x) for x in h])
        return tuple(zip(*columns))

    def emit(self, layer, state):
        h = [self.formats.state.decode(code) for row in state for code in row]
        f = self.formats.readout
        if f is None:
            if not all(map(isfinite, h)):
                return 0
            scores = [
                sum((w * Fraction(x) for w, x in zip(row, h)), Fraction(c))
                for row, c in zip(layer.weights, layer.bias)
            ]
            return scores.index(max(scores))
        scores = []
        for row, c in zip(layer.weights, layer.bias):
            s = None
            for w, x in zip(row, h):
                term = f.mul(float(w), x)
                s = term if s is None else f.add(s, term)
            scores.append(f.add(s, float(c)))
        numbers = [s for s in scores if not isnan(s)]
        return scores.index(max(numbers)) if numbers else 0

    def label(self, states):
        return self.labels[self.emit(self.layers[-1], states[-1])]


def flat(rows):
    return [x for row in rows for x in row]


def scale(beta, v):
    return Fraction(beta) / sum(Fraction(x) ** 2 for x in v)


def listed(format):
    """All values of a small format but NaN, by code."""
    return [x for x in map(format.decode, range(2**format.width)) if x is not None and x == x]


def mistakes_by_listing(format, exact):
    """Whether round() errs on `exact`, judged by the list of all values."""
    values = sorted(x for x in listed(format) if isfinite(x) and (x != 0 or not is_minus(x)))
    if not values[0] < exact < values[-1] or not format.subnormals:
        return False
    at = next(i for i, x in enumerate(values) if x >= exact)
    high, low = values[at], values[max(at - 1, 0)]
    found, mode = format.round(exact), format.rounding
    if high == exact:
        return found != high
    near = min((abs(exact - Fraction(x)), x) for x in (low, high))[1]
    middle = Fraction(low) + Fraction(high) == 2 * exact
    if mode in ("up", "down", "toward-zero"):
        return found != (high if mode == "up" or (mode != "down" and exact < 0) else low)
    if mode == "nearest-away" and middle:
        return found != max(low, high, key=abs)
    if mode == "to-odd" or middle:
        odd = [x for x in (low, high) if format.encode(x) % 2 == (mode == "to-odd")]
        return found not in odd
    return found != near
