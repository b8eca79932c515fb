#!/usr/bin/env python3
"""Three checkers, one opinion.

Every instance of gallery.txt is compiled, verified and exported by `statewright`; then statewright-check, the checker
extracted from Coq, and coqc on the exported file must all accept it. Damaged instances follow, which all three must
answer alike:

  aimed    one change of a kind (a successor, a label, a weight, ..), digests made right again so that only the
           content is wrong. The two checkers must give the same exit code, and coqc must fail on what they reject.
  random   tokens of the three files changed, deleted or doubled at random, for the two checkers only: the same exit
           code, whether the file is malformed, rejected, or by luck still true.

Claims other than every-word are in gallery_claims.py, and what the tests of statewright-check try in gallery_mutants.py,
which this runs last.

States of the certificate's rows are not part of an exported instance (Coq computes them), so that damage to one is for
the two checkers only. Prints a table; exit code 1 if any two disagree, or if a kind of damage was never refused.
"""

import argparse
import concurrent.futures
import hashlib
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "coq" / "gallery"
PROGRAM = ROOT / "build" / "release" / "bin" / "statewright"
CHECKER = ROOT / "build" / "release" / "bin" / "statewright-check"
EXTRACTED = ROOT / "build" / "coq" / "statewright-check-ml"
FILES = ("model.sw", "automaton.sw", "instance.cert")
TRUE, UNSUPPORTED = 0, 4


class Disagreement(Exception):
    pass


@dataclass
class Instance:
    name: str
    network: str
    language: str
    arithmetic: str
    ci: bool


@dataclass
class Report:
    instance: Instance
    rows: int = 0
    seconds: dict = field(default_factory=dict)
    aimed: Counter = field(default_factory=Counter)     # kind: refused by the two checkers
    coq_refused: Counter = field(default_factory=Counter)
    coq_only: Counter = field(default_factory=Counter)  # refused by the checkers, a theorem in Coq
    tried: int = 0
    random_codes: Counter = field(default_factory=Counter)


def read_list():
    instances = []
    for line in (HERE / "gallery.txt").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, network, language, arithmetic, *rest = re.split(r"\s+\|\s+", line.strip())
        instances.append(Instance(name, network, language, arithmetic, rest == ["ci"]))
    return instances


def run(*command, timeout=600):
    return subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout)


def must(*command):
    result = run(*command)
    if result.returncode != 0:
        raise Disagreement(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result


# --- the three opinions -----------------------------------------------------------------------------------------------


def check(checker, folder):
    model, automaton, certificate = (folder / f for f in FILES)
    return run(checker, certificate, "--model", model, "--automaton", automaton).returncode


CLOSED = "Closed under the global context\n"
CLASSICAL = "Axioms:\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\n"


def coq(folder, assumed=CLOSED):
    """Whether coqc closes the theorem in a folder, by what `assumed` says and nothing else."""
    result = run("coqc", "-q", "-w", "none", "-Q", HERE / "theories", "Statewright", folder / "Instance.v", timeout=1200)
    if result.returncode == 0 and not result.stdout.endswith(assumed):
        raise Disagreement(f"{folder}: coqc proved it with other axioms\n{result.stdout}")
    return result.returncode == 0


def two(folder):
    """The exit code of both checkers; None if the extracted one does not take part."""
    first, second = check(CHECKER, folder), check(EXTRACTED, folder)
    if second == UNSUPPORTED:
        return None
    if first != second:
        raise Disagreement(f"{folder}: statewright-check answers {first}, the extracted checker {second}")
    return first


def timed(report, key, action):
    begin = time.monotonic()
    result = action()
    report.seconds[key] = time.monotonic() - begin
    return result


# --- damage -----------------------------------------------------------------------------------------------------------


def digest(text):
    return hashlib.sha256(text.encode("latin-1")).hexdigest()


def with_digests(texts):
    model, automaton, certificate = texts
    certificate = re.sub(r"^model [0-9a-f]{64}$", f"model {digest(model)}", certificate, count=1, flags=re.M)
    certificate = re.sub(r"^automaton [0-9a-f]{64}$", f"automaton {digest(automaton)}", certificate, count=1, flags=re.M)
    return model, automaton, certificate


def changed_number(text, keyword, rng, skip=0, choices=None):
    """One number of one line that begins with `keyword` replaced by another; None if there is nothing to change."""
    lines = text.split("\n")
    at = [i for i, line in enumerate(lines) if line.startswith(keyword + " ")]
    rng.shuffle(at)
    for i in at:
        words = lines[i].split(" ")
        for w in rng.sample(range(1 + skip, len(words)), max(0, len(words) - 1 - skip)):
            options = [c for c in (choices or [int(words[w]) + 1, int(words[w]) - 1]) if c != int(words[w])]
            if options:
                words[w] = str(rng.choice(options))
                lines[i] = " ".join(words)
                return "\n".join(lines)
    return None


def aimed_damage(texts, rng):
    """(kind, damaged texts, does it show in Coq)."""
    model, automaton, certificate = texts
    states = int(re.search(r"^states (\d+)$", automaton, re.M)[1])
    labels = int(re.search(r"^labels (\d+)", automaton, re.M)[1])
    rows = int(re.search(r"^rows (\d+)$", certificate, re.M)[1])
    few = lambda n: [rng.randrange(n) for _ in range(8)] + [0, n - 1]  # noqa: E731

    def in_automaton(position, n):
        lines = automaton.split("\n")
        at = [i for i, line in enumerate(lines) if line.startswith("state ")]
        rng.shuffle(at)
        for i in at:
            words = lines[i].split(" ")
            where = 2 if position == "label" else rng.randrange(3, len(words))
            options = [c for c in few(n) if c != int(words[where])]
            if options:
                words[where] = str(rng.choice(options))
                lines[i] = " ".join(words)
                return "\n".join(lines)
        return None

    def last_number_of_row():
        lines = certificate.split("\n")
        i = rng.choice([i for i, line in enumerate(lines) if line.startswith("row ")])
        words = lines[i].split(" ")
        options = [c for c in few(states) if c != int(words[-1])]
        if not options:
            return None
        words[-1] = str(rng.choice(options))
        lines[i] = " ".join(words)
        return "\n".join(lines)

    def state_of_row():
        lines = certificate.split("\n")
        i = rng.choice([i for i, line in enumerate(lines) if line.startswith("row ")])
        words = lines[i].split(" ")
        w = rng.randrange(2, len(words) - 1)
        words[w] = str(int(words[w]) + 1)
        lines[i] = " ".join(words)
        return "\n".join(lines)

    def swapped_scores():
        return re.sub(r"^(weights \d+) (.*)$", lambda m: m[1] + " " + " ".join(reversed(m[2].split(" "))), model, flags=re.M)

    yield "successor", (model, automaton, changed_number(certificate, "next", rng, choices=few(rows))), True
    yield "row's automaton state", (model, automaton, last_number_of_row()), True
    yield "row's network state", (model, automaton, state_of_row()), False
    yield "automaton label", (model, in_automaton("label", labels), certificate), True
    yield "automaton step", (model, in_automaton("next", states), certificate), True
    yield "start", (changed_number(model, "start", rng, skip=1), automaton, certificate), True
    yield "readout", (swapped_scores(), automaton, certificate), True
    for keyword, skip in (("diagonal", 1), ("dense", 1), ("factor", 3)):
        yield "transition", (changed_number(model, keyword, rng, skip=skip), automaton, certificate), True


def random_damage(texts, rng):
    """Of some files, the last of which is the certificate."""
    texts = list(texts)
    for _ in range(rng.choice((1, 1, 2))):
        which = rng.choice((*range(len(texts)), len(texts) - 1))  # the certificate twice as often
        tokens = re.split(r"([ \n])", texts[which])
        at = 2 * rng.randrange(min((len(tokens) + 1) // 2, 4000))
        kind = rng.randrange(7)
        number = re.fullmatch(r"-?\d+", tokens[at])
        if kind == 0:
            tokens[at] = ""
        elif kind == 1:
            tokens[at] += " " + tokens[at]
        elif kind == 2 and number:
            tokens[at] = rng.choice(("0" + tokens[at], "+" + tokens[at], "-0", "-" + tokens[at], "2147483648", "1e3", "0x1"))
        elif kind == 3:
            tokens[at] = rng.choice(("end", "x", "%41", "%0a", "%0A", "\t", "0", "1"))
        elif kind == 4 and at + 1 < len(tokens):
            tokens[at + 1] = rng.choice((" ", "\n", "  ", "\r\n", ""))
        elif number:
            tokens[at] = str(int(tokens[at]) + rng.choice((-2, -1, 1, 2)))
        texts[which] = "".join(tokens)
    return tuple(texts)


def write(folder, texts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(FILES, texts):
        (folder / name).write_bytes(text.encode("latin-1"))


def in_coq(folder, name):
    """The three files of a folder as a Coq instance: accepted, or refused by the transcription or by coqc."""
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    model, automaton, certificate = (folder / f for f in FILES)
    export = run(PROGRAM, "export", model, "--to", "coq", "--language", automaton, "--certificate", certificate,
                 "-o", target)
    if export.returncode not in (0, 2):
        raise Disagreement(f"{folder}: export answers {export.returncode}\n{export.stderr}")
    return export.returncode == 0 and coq(target)


def network_of(instance, home):
    """The instance's network as a file: compiled from its language, of the first of two, or one of the gallery."""
    how, *flags = instance.network.split()
    if how != "compile":
        return HERE / "gallery" / instance.network
    must(PROGRAM, "compile", instance.language.split(" -> ")[0], *flags, "-o", home / "model.json")
    return home / "model.json"


# --- one instance -----------------------------------------------------------------------------------------------------


def examine(instance, options):
    report = Report(instance)
    rng = random.Random(f"{options.seed} {instance.name}")
    home = WORK / instance.name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    network = network_of(instance, home)
    good = home / "instance"
    must(PROGRAM, "export", network, "--to", "coq", "--language", instance.language, "--arith", instance.arithmetic,
         "-o", good)
    texts = tuple((good / f).read_bytes().decode("latin-1") for f in FILES)
    report.rows = int(re.search(r"^rows (\d+)$", texts[2], re.M)[1])
    for key, checker in (("check", CHECKER), ("extracted", EXTRACTED)):
        code = timed(report, key, lambda c=checker: check(c, good))
        if code != TRUE:
            raise Disagreement(f"{good}: {checker.name} answers {code}")
    if not timed(report, "coqc", lambda: coq(good)):
        raise Disagreement(f"{good}: coqc refuses it")

    # The transcription of the certificate is the instance itself.
    write(home / "control", texts)
    must(PROGRAM, "export", home / "control" / "model.sw", "--to", "coq", "--language", home / "control" / "automaton.sw",
         "--certificate", home / "control" / "instance.cert", "-o", home / "control" / "coq")
    if (home / "control" / "coq" / "Instance.v").read_text() != (good / "Instance.v").read_text():
        raise Disagreement(f"{home}: the certificate's transcription is another instance")

    with_coq = report.rows <= 200
    kinds = [d for d in aimed_damage(texts, rng) if None not in d[1]]
    chosen = {k[0] for k in rng.sample(kinds, min(options.coq_mutants, len(kinds)))}
    for i, (kind, damaged, shows) in enumerate(kinds):
        folder = home / f"aimed-{i}"
        write(folder, with_digests(damaged))
        code = two(folder)
        if code is None:
            continue
        report.tried += 1
        report.aimed[kind] += code != TRUE
        if shows and with_coq and (kind in chosen or code == TRUE):
            accepted = in_coq(folder, "coq")
            # What the checkers accept, Coq accepts. What they reject may still be a theorem of Coq's only if the
            # states in the certificate were all that was wrong: after damage to the network.
            if code == TRUE and not accepted:
                raise Disagreement(f"{folder}: the checkers accept it, coqc does not")
            if code != TRUE and accepted and kind not in ("start", "transition"):
                raise Disagreement(f"{folder}: the checkers refuse it, coqc does not")
            report.coq_refused[kind] += not accepted
            report.coq_only[kind] += accepted and code != TRUE
    for i in range(options.random):
        folder = home / "random"
        damaged = random_damage(texts, rng)
        write(folder, with_digests(damaged) if i % 2 else damaged)
        code = two(folder)
        if code is not None:
            report.random_codes[code] += 1
    if not options.keep:
        shutil.rmtree(home, ignore_errors=True)
    return report


def main():
    import gallery_claims  # which import this file
    import gallery_mutants

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every instance; without it those that are marked ci")
    parser.add_argument("--random", type=int, default=60, metavar="N", help="random damage per instance (default 60)")
    parser.add_argument("--coq-mutants", type=int, default=1, metavar="N",
                        help="kinds of aimed damage per instance that go to coqc too (default 1)")
    parser.add_argument("--mutants", type=int, default=400, metavar="N",
                        help="damaged files of the tests of statewright-check (default 400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help=f"keep {WORK.relative_to(ROOT)}")
    parser.add_argument("names", nargs="*", help="these instances only")
    options = parser.parse_args()

    instances = [i for i in read_list() if i.name in options.names or (not options.names and (options.all or i.ci))]
    print(f"{'instance':28} {'rows':>6} {'check':>8} {'extracted':>9} {'coqc':>8}  refused, aimed: both (Coq); random codes")
    failed, tried, aimed, refused, only, codes_of_all = 0, 0, Counter(), Counter(), Counter(), Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for instance, future in [(i, pool.submit(examine, i, options)) for i in instances]:
            try:
                r = future.result()
            except (Disagreement, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"{instance.name:28} DISAGREE {error}")
                continue
            aimed += r.aimed
            refused += r.coq_refused
            only += r.coq_only
            tried += r.tried
            codes_of_all += r.random_codes
            extracted = f"{r.seconds['extracted']:.2f}s"
            codes = " ".join(f"{code}:{n}" for code, n in sorted(r.random_codes.items()))
            print(f"{instance.name:28} {r.rows:6} {r.seconds['check']:7.2f}s {extracted:>9} "
                  f"{r.seconds['coqc']:7.1f}s  {sum(r.aimed.values())} ({sum(r.coq_refused.values())}); {codes}",
                  flush=True)
    print(f"aimed: {tried} changes, {sum(aimed.values())} refused by the checkers; of those, coqc refused "
          f"{sum(refused.values())} and proved {sum(only.values())} with states of its own "
          f"({', '.join(f'{kind} {n}' for kind, n in sorted(only.items()))})")
    print(f"random: {sum(codes_of_all.values())} changes, exit codes {dict(sorted(codes_of_all.items()))}")
    print("refused by both checkers: " + ", ".join(f"{kind} {n}" for kind, n in sorted(aimed.items())))
    print("refused by coqc: " + ", ".join(f"{kind} {n}" for kind, n in sorted(refused.items())))
    kinds = ["successor", "row's automaton state", "row's network state", "automaton label", "automaton step", "start",
             "readout", "transition"]
    never = [kind for kind in kinds if not aimed[kind]]
    if never and not options.names:
        failed += 1
        print("NEVER REFUSED " + ", ".join(never))
    print(f"{len(instances)} instances, {failed} disagreements, seed {options.seed}")
    failed += gallery_claims.examine_all(options)
    if not options.names:
        failed += gallery_mutants.examine_all(options)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
