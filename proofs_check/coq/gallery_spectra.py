"""The gallery of claims about a network's matrices, for gallery_claims.py: what their eigenvalues forbid (no-parity,
no-counting), or an eigenvalue that forbids nothing. Certificates, and changes that break one of their rules each."""

import re

from gallery import PROGRAM, Disagreement, changed_number, must, network_of, run

# The changes of which some instance must be refused; a layer called real that is nonnegative, say, is often true.
NO_PARITY_KINDS = ("weight", "entry of a square", "scale", "negative weight", "square left out", "order", "common order",
                   "coordinate twice", "matrix too many", "matrix left out", "factors where there are none",
                   "symmetric where it is not", "letter", "entry of a matrix", "negative entry", "beta above 1",
                   "one more factor")
NO_COUNTING_KINDS = ("weight", "entry of a square", "scale", "negative weight", "square left out", "order", "common order",
                     "coordinate twice", "matrix too many", "matrix left out", "factors where there are none",
                     "symmetric where it is not", "modulus", "nonnegative where it is real", "entry of a matrix",
                     "beta above 1", "one more factor")
EIGENVALUE_KINDS = ("vector", "vector of zeros", "other form", "other product", "longer product", "entry of a matrix")
KINDS = {"no-parity": NO_PARITY_KINDS, "no-counting": NO_COUNTING_KINDS, "eigenvalue": EIGENVALUE_KINDS}


def claim_of(language):
    """The claim that a language column stands for; None if it is a language."""
    claim = language.split(" -> ")[-1].split(":")[0]
    return claim if claim in KINDS else None


def certified(instance, home):
    """Model and certificate: no-parity, no-counting:M, eigenvalue (not a real number >= 0), eigenvalue:real (not real)."""
    claim = instance.language.split(" -> ")[-1]
    network = network_of(instance, home)
    if claim.startswith("eigenvalue"):
        must(PROGRAM, "export", network, "--to", "canonical", "-o", home / "good-model.sw")
        theorem = ["counting", "--modulus", "3"] if claim == "eigenvalue:real" else ["parity"]
        refuted = run(PROGRAM, "theorem", theorem[0], network, *theorem[1:], "--refutation", home / "good.cert")
        if refuted.returncode != 1:
            raise Disagreement(f"{home}: theorem {theorem[0]} answers {refuted.returncode}")
        return (home / "good-model.sw").read_text(), (home / "good.cert").read_text()
    flags = ["--claim", claim.split(":")[0]] + (["--modulus", claim.split(":")[1]] if ":" in claim else [])
    must(PROGRAM, "export", network, "--to", "coq", *flags, "-o", home / "exported")
    return (home / "exported" / "model.sw").read_text(), (home / "exported" / "instance.cert").read_text()


def replaced(text, pattern, by):
    changed = re.sub(pattern, by, text, count=1, flags=re.M)
    return None if changed == text else changed


def swapped_coordinates(m):
    words = m[0].split(" ")
    begin = 2 + int(words[1]) if words[0] == "blocks" else 1
    words[begin:] = words[-1:] + words[begin:-1]
    return " ".join(words)


def evidence_damage(model, certificate, rng):
    """Of the claims no-parity and no-counting: each would be wrong, or no longer what the certificate proves."""
    yield "weight", model, changed_number(certificate, "term", rng, skip=0)
    yield "entry of a square", model, changed_number(certificate, "term", rng, skip=1)
    yield "scale", model, replaced(certificate, r"^squares (\d+)", lambda m: f"squares {int(m[1]) + 1}")
    yield "negative weight", model, replaced(certificate, r"^term (\d)", r"term -\1")
    yield "square left out", model, replaced(certificate, r"^squares (\d+) (\d+)\nterm .*$",
                                            lambda m: f"squares {m[1]} {int(m[2]) - 1}")
    yield "order", model, replaced(certificate, r"^blocks .*$", swapped_coordinates)
    yield "common order", model, replaced(certificate, r"^common .*$", swapped_coordinates)
    yield "coordinate twice", model, replaced(certificate, r"^((?:blocks|common) .*) \d+$", r"\1 0")
    yield "matrix too many", model, replaced(certificate, r"^products (\d+)\n", lambda m: f"products {int(m[1]) + 1}\nfactors\n")
    yield "matrix left out", model, replaced(certificate, r"^products 1\n(factors|blocks (\d+)( 1)+( \d+)+)$", "products 0")
    yield "factors where there are none", model, replaced(
        certificate, r"^blocks 1 .*\nhankel\n(squares .*\n(term .*\n)*)+|^blocks (\d+)( 1)+( \d+)+\n", "factors\n")
    yield "symmetric where it is not", model, replaced(
        certificate, r"^hankel\nsquares .*\n(term .*\n)*(?=squares)|^hankel\nsquares .*\n(term .*\n)*", "symmetric\n")
    for keyword, skip in (("diagonal", 1), ("dense", 1)):
        yield "entry of a matrix", changed_number(model, keyword, rng, skip=skip), certificate
        yield "negative entry", replaced(model, rf"^({keyword} \d+) ([1-9])", r"\1 -\2"), certificate
    yield "beta above 1", replaced(model, r"^factor (\d+) (\d+)", lambda m: f"factor {2 * int(m[2])} {m[2]}"), certificate
    yield "one more factor", replaced(model, r"^gh 2\n(factor .*\n)", r"gh 3\n\1\1"), certificate


def counting_damage(model, certificate, rng):
    yield from evidence_damage(model, certificate, rng)
    yield "modulus", model, replaced(certificate, r"^modulus \d+$", "modulus 2")
    yield "nonnegative where it is real", model, replaced(
        certificate, r"^layer (\d+) real\n(common|products 1\n(factors|blocks (\d+)( 1)+( \d+)+)\n)", r"layer \1 nonnegative\n\2")
    yield "real where it is not", model, replaced(
        certificate, r"^layer 0 nonnegative\n(common|products 1\n(factors|blocks (\d+)( 1)+( \d+)+)\n)", r"layer 0 real\n\1")


def eigenvalue_damage(model, certificate, rng):
    yield "vector", model, changed_number(certificate, "hankel", rng, skip=1)
    yield "vector of zeros", model, replaced(certificate, r"^hankel (\d) (.*)$",
                                             lambda m: f"hankel {m[1]}" + " 0" * len(m[2].split(" ")))
    yield "other form", model, replaced(certificate, r"^hankel (\d)", lambda m: f"hankel {1 - int(m[1])}")
    inputs = [int(x) for x in re.findall(r"^inputs (\d+)$", model, re.M)]
    layer = int(re.search(r"^layer (\d+)$", certificate, re.M)[1])
    yield "other product", model, changed_number(certificate, "product", rng, skip=1, choices=range(inputs[layer]))
    yield "longer product", model, replaced(certificate, r"^product (\d+) (.*)$",
                                            lambda m: f"product {2 * int(m[1])} {m[2]} {m[2]}")
    for keyword, skip in (("diagonal", 1), ("dense", 1), ("factor", 3)):
        yield "entry of a matrix", changed_number(model, keyword, rng, skip=skip), certificate


def damage(claim, model, certificate, rng):
    """(kind, model, certificate)"""
    if claim == "no-parity":
        yield from evidence_damage(model, certificate, rng)
        yield "letter", model, replaced(certificate, r"^letters 1 0$", "letters 1 1")
    elif claim == "no-counting":
        yield from counting_damage(model, certificate, rng)
    else:
        yield from eigenvalue_damage(model, certificate, rng)
