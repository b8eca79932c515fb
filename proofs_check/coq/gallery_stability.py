"""The gallery of claims about bounded and unbounded states, for gallery_claims.py: certificates of `theorem stability`, of
networks and of matrices, and changes that break one of their rules each."""

import re

from gallery import PROGRAM, Disagreement, changed_number, must, network_of, run

# The changes of which some instance must be refused.
SQUARES_KINDS = ("weight", "entry of a square", "scale", "negative weight", "square left out", "square too many")
BOUNDED_KINDS = (*SQUARES_KINDS, "form", "form not symmetric", "least", "contraction", "other input", "radius", "center",
                 "start", "addition", "entry of a matrix")
UNBOUNDED_KINDS = (*SQUARES_KINDS, "form", "form not symmetric", "growth", "vector", "vector of zeros", "other product",
                   "longer product", "addition", "entry of a matrix")
KINDS = {"bounded": BOUNDED_KINDS, "unbounded": UNBOUNDED_KINDS}


def claim_of(language):
    """The claim that a language column stands for; None if it is a language."""
    claim = language.split(" -> ")[-1]
    return claim if claim in KINDS else None


def certified(instance, home):
    """Model and certificate. The network is compiled, a file of the gallery, or `matrix ROWS`."""
    claim = instance.language.split(" -> ")[-1]
    is_matrix = instance.network.startswith("matrix ")
    subject = instance.network.removeprefix("matrix ") if is_matrix else network_of(instance, home)
    certificate = home / "good.cert"
    flag = "--certificate" if claim == "bounded" else "--refutation"
    answer = run(PROGRAM, "theorem", "stability", subject, flag, certificate)
    if not certificate.exists():
        raise Disagreement(f"{home}: theorem stability answers {answer.returncode} and has no certificate")
    must(PROGRAM, "export", subject, "--to", "coq", "--certificate", certificate, "-o", home / "first")
    return (home / "first" / "model.sw").read_text(), certificate.read_text()


def replaced(text, pattern, by):
    changed = re.sub(pattern, by, text, count=1, flags=re.M)
    return None if changed == text else changed


def symmetric_change(certificate, rng):
    """One entry of P and its mirror image."""
    found = re.search(r"^form (.*)$", certificate, re.M)
    numbers = found[1].split(" ")
    n = round(len(numbers) ** 0.5)
    i, j = rng.randrange(n), rng.randrange(n)
    numbers[i * n + j] = numbers[j * n + i] = str(int(numbers[i * n + j]) + rng.choice((-1, 1)))
    return certificate[:found.start(1)] + " ".join(numbers) + certificate[found.end(1):]


def off_diagonal_change(certificate):
    found = re.search(r"^form (.*)$", certificate, re.M)
    numbers = found[1].split(" ")
    if len(numbers) == 1:
        return None
    numbers[1] = str(int(numbers[1]) + 1)
    return certificate[:found.start(1)] + " ".join(numbers) + certificate[found.end(1):]


def squares_damage(certificate, rng):
    yield "weight", changed_number(certificate, "term", rng, skip=0)
    yield "entry of a square", changed_number(certificate, "term", rng, skip=1)
    yield "scale", replaced(certificate, r"^squares (\d+) ([1-9])", lambda m: f"squares {int(m[1]) + 1} {m[2]}")
    yield "negative weight", replaced(certificate, r"^term (\d)", r"term -\1")
    yield "square left out", replaced(certificate, r"^squares (\d+) (\d+)\nterm .*$",
                                      lambda m: f"squares {m[1]} {int(m[2]) - 1}")
    size = round(len(re.search(r"^form (.*)$", certificate, re.M)[1].split(" ")) ** 0.5)
    yield "square too many", replaced(certificate, r"^squares (\d+) (\d+)$", lambda m: (
        f"squares {m[1]} {int(m[2]) + 1}\nterm 1" + " 1" * size))


def network_damage(model, certificate, rng):
    yield "start", changed_number(model, "start", rng, skip=1), certificate
    yield "addition", changed_number(model, "add", rng, skip=2), certificate
    for keyword, skip in (("diagonal", 1), ("dense", 1), ("factor", 3)):
        yield "entry of a matrix", changed_number(model, keyword, rng, skip=skip), certificate


def bounded_damage(model, certificate, rng):
    inputs = [int(x) for x in re.findall(r"^inputs (\d+)$", model, re.M)]
    yield "least", model, replaced(certificate, r"^least (\d+) ", lambda m: f"least {int(m[1]) + 1} ")
    yield "contraction", model, replaced(certificate, r"^input (\d+) ([1-9]\d*) (\d+)$",
                                         lambda m: f"input {m[1]} {int(m[2])} {int(m[3]) + 1}")
    # of a part with one input, so that the list stays ascending
    yield "other input", model, replaced(
        certificate, r"^layer (\d+)\n((?:form|least|squares|term).*\n)*inputs 1\ninput (\d+) ",
        lambda m: re.sub(r"\d+ $", f"{(int(m[3]) + 1) % inputs[int(m[1])]} ", m[0]))
    yield "radius", model, replaced(certificate, r"^states 1 (\d+) (\d+)$", lambda m: f"states 1 {m[1]} {5 * int(m[2])}")
    yield "center", model, changed_number(certificate, "center", rng, skip=1)


def unbounded_damage(model, certificate, rng):
    inputs = [int(x) for x in re.findall(r"^inputs (\d+)$", model, re.M)]
    layer = int(re.search(r"^layer (\d+)$", certificate, re.M)[1])
    yield "growth", model, replaced(certificate, r"^growth (\d+) (\d+)$", lambda m: f"growth {2 * int(m[1])} {m[2]}")
    yield "vector", model, changed_number(certificate, "vector", rng, skip=0)
    yield "vector of zeros", model, replaced(certificate, r"^vector .*$", lambda m: re.sub(r"-?\d+", "0", m[0]))
    yield "other product", model, changed_number(certificate, "product", rng, skip=1, choices=range(inputs[layer]))
    yield "longer product", model, replaced(certificate, r"^product (\d+) (.*)$",
                                            lambda m: f"product {int(m[1]) + 1} {m[2]} {m[2].split(' ')[0]}")


def damage(claim, model, certificate, rng):
    """(kind, model, certificate)"""
    for kind, changed in squares_damage(certificate, rng):
        yield kind, model, changed
    yield "form", model, symmetric_change(certificate, rng)
    yield "form not symmetric", model, off_diagonal_change(certificate)
    yield from (bounded_damage if claim == "bounded" else unbounded_damage)(model, certificate, rng)
    yield from network_damage(model, certificate, rng)
