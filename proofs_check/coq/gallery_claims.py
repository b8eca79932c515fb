#!/usr/bin/env python3
"""The gallery of claims other than every-word: counterexamples, automata that no single layer or factor recognises, and
matrices as products of factors.

Every instance of gallery_claims.txt is certified and exported by `statewright`; statewright-check and coqc must both accept
it. A counterexample is tried a second time without its rows (`shortest 0`), where Coq finds the denominators of the run
itself. Then one change of each kind: what the checker accepts Coq must accept, and what it rejects Coq must refuse. After
a change to the network Coq may prove more, because it computes the states that the certificate only lists.

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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from gallery import (CHECKER, HERE, PROGRAM, WORK, Disagreement, Instance, changed_number, coq, digest, must, run,  # noqa: E402
                     with_digests)

NETWORK_KINDS = ("start", "transition", "readout")
KINDS = ("word", "outputs swapped", "output", "successor", "row's automaton state", "depth", "automaton label",
         "automaton step", "automaton start", "shorter word", "letter of u", "letter of x", "letter of y", "letter of z",
         "x and y swapped", "x empty", *NETWORK_KINDS)
FACTOR_KINDS = ("beta", "key", "factor left out", "row twice", "pencil", "negative", "pivot", "lower", "distance", "vector",
                "entry of the matrix")


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
    """The files of one claim, right or wrong."""

    def __init__(self, path, model, automaton, certificate):
        path.mkdir(parents=True)
        self.path, self.model, self.automaton = path, model, automaton
        if automaton is None:
            certificate = re.sub(r"^model [0-9a-f]{64}$", f"model {digest(model)}", certificate, count=1, flags=re.M)
            (path / "model.sw").write_text(model)
            (path / "instance.cert").write_text(certificate)
            return
        if model is None:
            certificate = re.sub(r"^automaton [0-9a-f]{64}$", f"automaton {digest(automaton)}", certificate, count=1, flags=re.M)
        else:
            model, automaton, certificate = with_digests((model, automaton, certificate))
            (path / "model.sw").write_text(model)
        (path / "automaton.sw").write_text(automaton)
        (path / "instance.cert").write_text(certificate)

    def check(self):
        about = [] if self.model is None else ["--model", self.path / "model.sw"]
        if self.automaton is not None:
            about += ["--automaton", self.path / "automaton.sw"]
        return run(CHECKER, self.path / "instance.cert", *about).returncode

    def export(self):
        subject = [self.path / "instance.cert"] if self.model is None else [
            self.path / "model.sw", "--certificate", self.path / "instance.cert"]
        if self.automaton is not None:
            subject += ["--language", self.path / "automaton.sw"]
        result = run(PROGRAM, "export", *subject, "--to", "coq", "-o", self.path / "coq")
        if result.returncode not in (0, 2):
            raise Disagreement(f"{self.path}: export answers {result.returncode}\n{result.stderr}")
        return result.returncode == 0

    def in_coq(self):
        return self.export() and coq(self.path / "coq")


def certified(instance, home):
    """Model (None for claims about an automaton), automaton (None for factors), certificate."""
    language = instance.language.split(" -> ")[-1]
    certificate, automaton = home / "good.cert", home / "good.sw"
    if instance.network == "factors":
        run(PROGRAM, "theorem", "householder", language, "--certificate", certificate)  # 1: the matrix expands
        must(PROGRAM, "export", language, "--to", "coq", "--certificate", certificate, "-o", home / "first")
        return (home / "first" / "model.sw").read_text(), None, certificate.read_text()
    if language.endswith("-changed.sw"):
        must(PROGRAM, "dfa", "convert", instance.language.split(" -> ")[0], "--to", "canonical", "-o", home / "right.sw")
        text = (home / "right.sw").read_text()
        # the label of the last state, so that the word is as long as they get
        automaton.write_text(re.sub(r"^(state \d+) \d+ ((?:\d+ ?)+)\nend$", r"\1 0 \2\nend", text, count=1, flags=re.M))
    else:
        must(PROGRAM, "dfa", "convert", language, "--to", "canonical", "-o", automaton)
    if instance.network == "no-single-factor":
        must(PROGRAM, "theorem", "reflections", language, "--certificate", certificate)
        return None, automaton.read_text(), certificate.read_text()
    if instance.network == "no-single-layer":
        must(PROGRAM, "classify", language, "--no-compile", "--certificate", certificate)
        return None, automaton.read_text(), certificate.read_text()
    network = home / "model.json"
    if instance.network.startswith("compile"):
        must(PROGRAM, "compile", instance.language.split(" -> ")[0], *instance.network.split()[1:], "-o", network)
    else:
        network = HERE / "gallery" / instance.network
    verified = run(PROGRAM, "verify", network, automaton, "--arith", instance.arithmetic, "--certificate", certificate)
    if verified.returncode != 1:
        raise Disagreement(f"{home}: verify answers {verified.returncode}\n{verified.stdout}{verified.stderr}")
    must(PROGRAM, "export", network, "--to", "canonical", "--arith", instance.arithmetic, "-o", home / "good-model.sw")
    return (home / "good-model.sw").read_text(), automaton.read_text(), certificate.read_text()


def examine(instance, options):
    rng = random.Random(f"{options.seed} {instance.name}")
    home = WORK / f"claim-{instance.name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    refused, proved, tried = Counter(), Counter(), 0
    model, automaton, certificate = certified(instance, home)
    goods = [certificate]
    if model is not None and automaton is not None:
        goods.append(re.sub(r"^shortest 1\n(.*\n)*end$", "shortest 0\nend", certificate, count=1, flags=re.M))
    for i, good in enumerate(goods):
        folder = Folder(home / f"good-{i}", model, automaton, good)
        code = folder.check()
        if code != 0:
            raise Disagreement(f"{folder.path}: statewright-check answers {code}")
        if not folder.in_coq():
            raise Disagreement(f"{folder.path}: coqc refuses it")
    if automaton is None:
        damaged = [(kind, m, None, c) for kind, m, c in factor_damage((model, certificate), rng) if m and c]
    elif model is None:
        damaged = [(kind, None, a, c) for kind, a, c in layer_damage((automaton, certificate), rng) if a and c]
    else:
        damaged = [d for d in difference_damage((model, automaton, certificate), rng) if None not in d]
    chosen = {d[0] for d in rng.sample(damaged, min(options.coq_mutants, len(damaged)))}
    for i, (kind, m, a, c) in enumerate(damaged):
        folder = Folder(home / f"aimed-{i}", m, a, c)
        code = folder.check()
        tried += 1
        if kind not in chosen and code != 0:
            continue
        accepted = folder.in_coq()
        if code == 0 and not accepted:
            raise Disagreement(f"{folder.path}: {kind}: the checker accepts it, coqc does not")
        if code != 0 and accepted and kind not in NETWORK_KINDS:
            raise Disagreement(f"{folder.path}: {kind}: the checker answers {code}, coqc accepts it")
        refused[kind] += code != 0 and not accepted
        proved[kind] += code != 0 and accepted
    if not options.keep:
        shutil.rmtree(home, ignore_errors=True)
    return tried, refused, proved


def examine_all(options):
    """How many instances fail."""
    instances = [i for i in read_list() if i.name in options.names or (not options.names and (options.all or i.ci))]
    failed, tried, refused, proved = 0, 0, Counter(), Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for instance, future in [(i, pool.submit(examine, i, options)) for i in instances]:
            try:
                n, r, p = future.result()
            except (Disagreement, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"{instance.name:28} DISAGREE {error}")
                continue
            tried, refused, proved = tried + n, refused + r, proved + p
            print(f"{instance.name:28} {n} changes, coqc refused {sum(r.values())}", flush=True)
    print(f"other claims: {len(instances)} instances, {failed} disagreements; of {tried} changes coqc refused "
          f"{sum(refused.values())} ({', '.join(f'{k} {n}' for k, n in sorted(refused.items()) if n)}) and proved "
          f"{sum(proved.values())} with states of its own")
    never = [kind for kind in KINDS + FACTOR_KINDS if not refused[kind]]
    if never and options.all and options.coq_mutants >= len(KINDS):
        failed += 1
        print("NEVER REFUSED " + ", ".join(never))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every instance; without it those that are marked ci")
    parser.add_argument("--coq-mutants", type=int, default=1, metavar="N",
                        help="kinds of change per instance that go to coqc too (default 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("names", nargs="*", help="these instances only")
    sys.exit(examine_all(parser.parse_args()) > 0)


if __name__ == "__main__":
    main()
