#!/usr/bin/env python3
"""The gallery of claims other than every-word: counterexamples, automata that no single layer or factor recognises, matrices
as products of factors, networks whose eigenvalues forbid parity or counting, eigenvalues that forbid nothing
(gallery_spectra.py), and states that stay bounded or do not (gallery_stability.py).

Every instance of gallery_claims.txt is certified and exported by `statewright`; statewright-check, the extracted checker
and coqc must all accept it. A counterexample is tried a second time without its rows (`shortest 0`), where Coq finds the
denominators of the run itself. Then one change of each kind: what the checkers accept Coq must accept, and what they
reject Coq must refuse. After a change to the network of a counterexample Coq may prove more, because it computes the
states that the certificate only lists. Random damage follows for the two checkers, which must give the same exit code.

`gallery.py` runs this after its own instances.
"""

import argparse
import concurrent.futures
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import gallery_spectra  # noqa: E402
import gallery_stability  # noqa: E402
from gallery import (CHECKER, CLASSICAL, CLOSED, EXTRACTED, HERE, PROGRAM, UNSUPPORTED, WORK, Disagreement, Instance,  # noqa: E402
                     changed_number, coq, digest, must, network_of, random_damage, run)

NETWORK_KINDS = ("start", "transition", "readout")
KINDS = {
    "counterexample": ("word", "outputs swapped", "output", "successor", "row's automaton state", "depth", "shorter word",
                       "automaton label", "automaton step", "automaton start", *NETWORK_KINDS),
    "no-single-layer": ("letter of u", "letter of x", "letter of y", "letter of z", "x and y swapped", "x empty",
                        "outputs swapped", "output", "automaton label", "automaton step", "automaton start"),
    "no-single-factor": ("automaton label", "automaton step", "automaton start"),
    "factors": ("beta", "key", "factor left out", "row twice", "pencil", "negative", "pivot", "lower", "distance", "vector",
                "entry of the matrix"),
    **gallery_spectra.KINDS,
    **gallery_stability.KINDS,
}
OF_MATRICES = (gallery_spectra, gallery_stability)


@dataclass
class Report:
    """What the answers to one instance's files were."""

    claim: str
    agreed: int = 0                                    # of statewright-check and the extracted checker
    by_coq: int = 0                                    # theorems and refusals of coqc, as they must be
    tried: int = 0                                     # aimed changes
    rejected: Counter = field(default_factory=Counter)  # of them, by both checkers
    refused: Counter = field(default_factory=Counter)   # by coqc too
    proved: Counter = field(default_factory=Counter)    # not by coqc: with states of its own
    random_codes: Counter = field(default_factory=Counter)


def read_list():
    for line in (HERE / "gallery_claims.txt").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, network, language, arithmetic, *rest = re.split(r"\s+\|\s+", line.strip())
        yield Instance(name, network, language, arithmetic, rest == ["ci"])


def changed_line(text, pattern, by):
    changed = re.sub(pattern, by, text, count=1, flags=re.M)
    return None if changed == text else changed


def automaton_damage(automaton, rng):
    labels = int(re.search(r"^labels (\d+)", automaton, re.M)[1])
    states = int(re.search(r"^states (\d+)$", automaton, re.M)[1])

    def changed(position, n):
        lines = automaton.split("\n")
        at = [i for i, line in enumerate(lines) if line.startswith("state ")]
        i = rng.choice(at)
        words = lines[i].split(" ")
        where = 2 if position == "label" else rng.randrange(3, len(words))
        options = [c for c in (rng.randrange(n), 0, n - 1) if c != int(words[where])]
        if not options:
            return None
        words[where] = str(rng.choice(options))
        lines[i] = " ".join(words)
        return "\n".join(lines)

    yield "automaton label", changed("label", labels)
    yield "automaton step", changed("next", states)
    yield "automaton start", changed_number(automaton, "start", rng, choices=range(states))


def swap_outputs(certificate):
    return changed_line(certificate, r"^outputs (\S+) (\S+)$", r"outputs \2 \1")


def other_output(certificate, labels, rng):
    found = re.search(r"^outputs (\S+) (\S+)$", certificate, re.M)
    options = [x for x in labels if x not in found.groups()]
    if not options:
        return changed_line(certificate, r"^outputs (\S+) (\S+)$", r"outputs \2 \2")
    return changed_line(certificate, r"^outputs (\S+) (\S+)$", rf"outputs {rng.choice(options)} \2")


def difference_damage(texts, rng):
    """(kind, model, automaton, certificate)"""
    model, automaton, certificate = texts
    letters = int(re.search(r"^letters (\d+)", model, re.M)[1])
    labels = re.search(r"^labels \d+ (.*)$", model, re.M)[1].split(" ")
    states = int(re.search(r"^states (\d+)$", automaton, re.M)[1])
    rows = re.search(r"^rows (\d+)$", certificate, re.M)
    yield "word", model, automaton, changed_number(certificate, "word", rng, skip=1, choices=range(letters))
    yield "shorter word", model, automaton, changed_line(certificate, r"^word (\d+) (.*) \d+$",
                                                         lambda m: f"word {int(m[1]) - 1} {m[2]}")
    yield "outputs swapped", model, automaton, swap_outputs(certificate)
    yield "output", model, automaton, other_output(certificate, labels, rng)
    if rows and int(rows[1]) > 0:
        few = [rng.randrange(int(rows[1])) for _ in range(8)]
        yield "successor", model, automaton, changed_number(certificate, "next", rng, choices=few)
        yield "row's automaton state", model, automaton, changed_line(
            certificate, r"^(row .*) (\d+)$", lambda m: f"{m[1]} {(int(m[2]) + 1) % states}" if states > 1 else m[0])
        yield "depth", model, automaton, changed_line(
            certificate, r"^depths (\d+) (\d+) (\d+)", lambda m: f"depths {m[1]} {int(m[2]) + 1} {int(m[3]) - 1}")
    for kind, changed in automaton_damage(automaton, rng):
        yield kind, model, changed, certificate
    yield "start", changed_number(model, "start", rng, skip=1), automaton, certificate
    yield "readout", changed_line(model, r"^(weights \d+) (.*)$", lambda m: m[1] + " " + " ".join(reversed(m[2].split(" ")))), \
        automaton, certificate
    for keyword, skip in (("diagonal", 1), ("dense", 1), ("factor", 3)):
        yield "transition", changed_number(model, keyword, rng, skip=skip), automaton, certificate


def layer_damage(texts, rng):
    """(kind, automaton, certificate)"""
    automaton, certificate = texts
    letters = int(re.search(r"^letters (\d+)", automaton, re.M)[1])
    labels = re.search(r"^labels \d+ (.*)$", automaton, re.M)[1].split(" ")
    for word in "uxyz":
        yield f"letter of {word}", automaton, changed_number(certificate, word, rng, skip=1, choices=range(letters))
    yield "x and y swapped", automaton, changed_line(certificate, r"^x (.*)\ny (.*)$", r"x \2\ny \1")
    yield "x empty", automaton, changed_line(certificate, r"^x .*$", "x 0")
    yield "outputs swapped", automaton, swap_outputs(certificate)
    yield "output", automaton, other_output(certificate, labels, rng)
    for kind, changed in automaton_damage(automaton, rng):
        yield kind, changed, certificate


def factor_damage(texts, rng):
    """(kind, model, certificate)"""
    model, certificate = texts
    yield "beta", model, changed_line(certificate, r"^factor (\d+) ", lambda m: f"factor {int(m[1]) + 1} ")
    yield "key", model, changed_number(certificate, "factor", rng, skip=3)
    yield "factor left out", model, changed_line(certificate, r"^product 1 (\d+) (.*)\nfactor .*$",
                                                 lambda m: f"product 1 {int(m[1]) - 1} {m[2]}")
    yield "row twice", model, changed_line(certificate, r"^rows (\d+) \d+", r"rows \1 \1")
    yield "pencil", model, changed_number(certificate, "pencil", rng, skip=2)
    yield "negative", model, changed_line(certificate, r"^negative .*$", lambda m: re.sub(r"-?\d+", "0", m[0]))
    yield "pivot", model, changed_number(certificate, "norm", rng, skip=2)
    yield "lower", model, changed_number(certificate, "lower", rng, skip=1)
    yield "distance", model, changed_line(certificate, r"^(product 1 \d+) [1-9]\d* ", r"\1 0 ")
    yield "vector", model, changed_line(certificate, r"^expanding .*$", lambda m: re.sub(r"-?\d+", "0", m[0]))
    yield "entry of the matrix", changed_number(model, "dense", rng, skip=1), certificate


class Folder:
    """The files of one claim, right or wrong. There is a model, an automaton, or both."""

    def __init__(self, path, claim, texts, digests=True):
        path.mkdir(parents=True)
        self.path, self.claim, self.texts = path, claim, texts
        model, automaton, certificate = texts
        for name, text in (("model", model), ("automaton", automaton)):
            if text is None:
                continue
            (path / f"{name}.sw").write_bytes(text.encode("latin-1"))
            if digests:
                certificate = re.sub(rf"^{name} [0-9a-f]{{64}}$", f"{name} {digest(text)}", certificate, count=1, flags=re.M)
        (path / "instance.cert").write_bytes(certificate.encode("latin-1"))
        self.about = []
        for name, text in (("model", model), ("automaton", automaton)):
            self.about += [] if text is None else [f"--{name}", path / f"{name}.sw"]

    def check(self, report):
        """The exit code of both checkers; only the first one's where the extracted checker does not take part."""
        first = run(CHECKER, self.path / "instance.cert", *self.about).returncode
        second = run(EXTRACTED, self.path / "instance.cert", *self.about).returncode
        if second != UNSUPPORTED and first != second:
            raise Disagreement(f"{self.path}: statewright-check answers {first}, the extracted checker {second}")
        report.agreed += second != UNSUPPORTED
        return first

    def in_coq(self):
        """Whether it is a theorem; refused by the transcription, or by coqc, if not."""
        model, automaton, _ = self.texts
        subject = [self.path / "instance.cert"] if model is None else [
            self.path / "model.sw", "--certificate", self.path / "instance.cert"]
        language = [] if automaton is None else ["--language", self.path / "automaton.sw"]
        result = run(PROGRAM, "export", *subject, "--to", "coq", *language, "-o", self.path / "coq")
        if result.returncode not in (0, 2):
            raise Disagreement(f"{self.path}: export answers {result.returncode}\n{result.stderr}")
        assumed = CLASSICAL if self.claim in ("no-parity", "no-counting") else CLOSED
        return result.returncode == 0 and coq(self.path / "coq", assumed)


def certified(instance, home):
    """The claim, and model, automaton, certificate; None for the one that the claim is not about."""
    for claims in OF_MATRICES:
        if claim := claims.claim_of(instance.language):
            model, certificate = claims.certified(instance, home)
            return claim, (model, None, certificate)
    language = instance.language.split(" -> ")[-1]
    certificate, automaton = home / "good.cert", home / "good.sw"
    if instance.network == "factors":
        run(PROGRAM, "theorem", "householder", language, "--certificate", certificate)  # 1: the matrix expands
        must(PROGRAM, "export", language, "--to", "coq", "--certificate", certificate, "-o", home / "first")
        return "factors", ((home / "first" / "model.sw").read_text(), None, certificate.read_text())
    if language.endswith("-changed.sw"):
        must(PROGRAM, "dfa", "convert", instance.language.split(" -> ")[0], "--to", "canonical", "-o", home / "right.sw")
        text = (home / "right.sw").read_text()
        # the label of the last state, so that the word is as long as they get
        automaton.write_text(re.sub(r"^(state \d+) \d+ ((?:\d+ ?)+)\nend$", r"\1 0 \2\nend", text, count=1, flags=re.M))
    else:
        must(PROGRAM, "dfa", "convert", language, "--to", "canonical", "-o", automaton)
    if instance.network == "no-single-factor":
        must(PROGRAM, "theorem", "reflections", language, "--certificate", certificate)
        return "no-single-factor", (None, automaton.read_text(), certificate.read_text())
    if instance.network == "no-single-layer":
        must(PROGRAM, "classify", language, "--no-compile", "--certificate", certificate)
        return "no-single-layer", (None, automaton.read_text(), certificate.read_text())
    network = network_of(instance, home)
    verified = run(PROGRAM, "verify", network, automaton, "--arith", instance.arithmetic, "--certificate", certificate)
    if verified.returncode != 1:
        raise Disagreement(f"{home}: verify answers {verified.returncode}\n{verified.stdout}{verified.stderr}")
    must(PROGRAM, "export", network, "--to", "canonical", "--arith", instance.arithmetic, "-o", home / "good-model.sw")
    return "counterexample", ((home / "good-model.sw").read_text(), automaton.read_text(), certificate.read_text())


def damaged(claim, texts, rng):
    """(kind, texts)"""
    model, automaton, certificate = texts
    if claim == "counterexample":
        changes = ((kind, (m, a, c)) for kind, m, a, c in difference_damage(texts, rng))
    elif claim in ("no-single-layer", "no-single-factor"):
        changes = ((kind, (None, a, c)) for kind, a, c in layer_damage((automaton, certificate), rng))
    elif claim == "factors":
        changes = ((kind, (m, None, c)) for kind, m, c in factor_damage((model, certificate), rng))
    else:
        claims = next(claims for claims in OF_MATRICES if claim in claims.KINDS)
        changes = ((kind, (m, None, c)) for kind, m, c in claims.damage(claim, model, certificate, rng))
    return [(kind, changed) for kind, changed in changes
            if all(new is not None for new, old in zip(changed, texts) if old is not None)]


def examine(instance, options):
    rng = random.Random(f"{options.seed} {instance.name}")
    home = WORK / f"claim-{instance.name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    claim, texts = certified(instance, home)
    report = Report(claim)
    model, automaton, certificate = texts
    goods = [texts]
    if claim == "counterexample":
        goods.append((model, automaton,
                      re.sub(r"^shortest 1\n(.*\n)*end$", "shortest 0\nend", certificate, count=1, flags=re.M)))
    for i, good in enumerate(goods):
        folder = Folder(home / f"good-{i}", claim, good)
        if code := folder.check(report):
            raise Disagreement(f"{folder.path}: the checkers answer {code}")
        if not folder.in_coq():
            raise Disagreement(f"{folder.path}: coqc refuses it")
        report.by_coq += 1
    changes = damaged(claim, texts, rng)
    chosen = {kind for kind, _ in rng.sample(changes, min(options.coq_mutants, len(changes)))}
    still_true = 0
    for i, (kind, changed) in enumerate(changes):
        folder = Folder(home / f"aimed-{i}", claim, changed)
        code = folder.check(report)
        report.tried += 1
        report.rejected[kind] += code != 0
        if kind not in chosen and (code != 0 or still_true >= options.coq_mutants):
            continue
        still_true += code == 0
        accepted = folder.in_coq()
        if code == 0 and not accepted:
            raise Disagreement(f"{folder.path}: {kind}: the checkers accept it, coqc does not")
        own_states = claim == "counterexample" and kind in NETWORK_KINDS
        if code != 0 and accepted and not own_states:
            raise Disagreement(f"{folder.path}: {kind}: the checkers answer {code}, coqc accepts it")
        report.by_coq += accepted == (code == 0)
        report.refused[kind] += code != 0 and not accepted
        report.proved[kind] += code != 0 and accepted
    given = [i for i, text in enumerate(texts) if text is not None]
    for i in range(options.random):
        new = list(texts)
        for at, text in zip(given, random_damage([texts[at] for at in given], rng)):
            new[at] = text
        folder = Folder(home / "random", claim, tuple(new), digests=i % 2 == 1)
        report.random_codes[folder.check(report)] += 1
        shutil.rmtree(folder.path)
    if not options.keep:
        shutil.rmtree(home, ignore_errors=True)
    return report


def examine_all(options):
    """How many instances fail."""
    instances = [i for i in read_list() if i.name in options.names or (not options.names and (options.all or i.ci))]
    failed, reports = 0, []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for instance, future in [(i, pool.submit(examine, i, options)) for i in instances]:
            try:
                report = future.result()
            except (Disagreement, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"{instance.name:28} DISAGREE {error}")
                continue
            reports.append(report)
            codes = " ".join(f"{code}:{n}" for code, n in sorted(report.random_codes.items()))
            print(f"{instance.name:28} {report.claim:16} {report.tried} changes, {sum(report.rejected.values())} refused "
                  f"({sum(report.refused.values())}); {codes}", flush=True)
    for claim, kinds in KINDS.items():
        mine = [report for report in reports if report.claim == claim]
        if not mine:
            continue
        total = lambda what: sum((getattr(r, what) for r in mine), Counter())  # noqa: E731
        rejected, refused, proved, codes = (total(x) for x in ("rejected", "refused", "proved", "random_codes"))
        print(f"{claim}: {len(mine)} instances; the checkers agreed {sum(r.agreed for r in mine)} times and coqc with them "
              f"{sum(r.by_coq for r in mine)}; of {sum(r.tried for r in mine)} changes they refused {sum(rejected.values())}, "
              f"coqc refused {sum(refused.values())} ({', '.join(f'{k} {n}' for k, n in sorted(refused.items()) if n)}) and "
              f"proved {sum(proved.values())} with states of its own; random changes, exit codes {dict(sorted(codes.items()))}")
        never = [kind for kind in kinds if not (refused if options.coq_mutants >= len(kinds) else rejected)[kind]]
        if never and options.all and not options.names:
            failed += 1
            print("NEVER REFUSED " + ", ".join(never))
    print(f"other claims: {len(instances)} instances, {failed} disagreements")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every instance; without it those that are marked ci")
    parser.add_argument("--random", type=int, default=60, metavar="N", help="random damage per instance (default 60)")
    parser.add_argument("--coq-mutants", type=int, default=1, metavar="N",
                        help="kinds of change per instance that go to coqc too, and as many that leave it true (default 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("names", nargs="*", help="these instances only")
    sys.exit(examine_all(parser.parse_args()) > 0)


if __name__ == "__main__":
    main()
