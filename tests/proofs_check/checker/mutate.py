#!/usr/bin/env python3
"""Damages certificates, networks and automata in every small way and watches the checker.

    mutate.py CHECKER [--full] [--seed N] [--budget N] [--no-limits]

Control lane: every case of cases.py and rounded_cases.py must be answered with exactly the text that machines.py
predicts.
One broken rule: each well-formed triple of cases.refused() and rounded_cases.refused() must be
rejected for the rule that it breaks; each triple of rounded_cases.malformed() must be malformed.
Mutation lanes: each token deleted, doubled, replaced, one more, one less, exchanged with its
neighbour; each line deleted, doubled, exchanged; each file cut off; bytes inserted. In a
certificate; in the network and the automaton with the digest brought up to date; and in those two
without, where everything must be refused. For every mutant the exit code must be the one that
machines.py finds on its own, and the text of every VERIFIED must be a true statement about the
mutated files, decided by walking through their product.
By default `--budget` mutants are drawn with a printed seed; --full takes all. --no-limits leaves
out the tests with little memory, which a sanitizer's address space does not survive.
"""

import argparse
import itertools
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
import cases  # noqa: E402
import machines  # noqa: E402
import rounded_cases  # noqa: E402

WORDS = [
    b"0",
    b"1",
    b"2",
    b"-1",
    b"-0",
    b"00",
    b"+1",
    b"1.",
    b"x",
    b"%41",
    b"%20",
    b"%2f",
    b"%",
    b"end",
    b"exact",
    b"fixed",
    b"all-ones",
    b"none",
    b"saturate",
    b"nan",
    b"up",
    b"to-odd",
    b"2147483647",
    b"2147483648",
    b"18446744073709551617",
    b"340282366920938463463374607431768211457",
]
BYTES = [b" ", b"\t", b"\r", b"\n", b"\0", b"\x7f", b"\x80", b"\xef\xbb\xbf", b"#", b"0"]
ANSWERS = {0: b"VERIFIED ", 1: b"REJECTED\n", 2: b"MALFORMED\n", 3: b"RESOURCES\n"}


def token_mutants(data, rng):
    """Pairs (is the file likely to stay well-formed, the file)."""
    lines = [line.split(b" ") for line in data[:-1].split(b"\n")]
    tokens = sorted({t for line in lines for t in line})
    numbers = [t for t in tokens if machines.INT.fullmatch(t)]

    for i, line in enumerate(lines):
        head = b"".join(b" ".join(t) + b"\n" for t in lines[:i])
        tail = b"".join(b"\n" + b" ".join(t) for t in lines[i + 1 :]) + b"\n"
        for j, token in enumerate(line):
            others = [(False, [t]) for t in WORDS + rng.sample(tokens, 3)]
            others += [(False, []), (False, [token, token])]
            if machines.INT.fullmatch(token):
                near = [b"%d" % (int(token) + by) for by in (1, -1)] + [b"%d" % -int(token)]
                others += [(True, [t]) for t in near + rng.sample(numbers, min(3, len(numbers)))]
            elif len(token) == 64:
                others.append((True, [b"%x" % (15 - int(token[:1], 16)) + token[1:]]))
            for likely, new in others:
                yield likely, head + b" ".join(line[:j] + new + line[j + 1 :]) + tail
            if j + 1 < len(line):
                yield True, head + b" ".join(line[:j] + [line[j + 1], token] + line[j + 2 :]) + tail


def line_mutants(data):
    lines = data.split(b"\n")[:-1]
    for i in range(len(lines)):
        for changed in (
            lines[:i] + lines[i + 1 :],
            lines[: i + 1] + lines[i:],
            lines[:i] + lines[i + 1 : i + 2] + lines[i : i + 1] + lines[i + 2 :],
            lines[:i],
        ):
            yield b"".join(line + b"\n" for line in changed)
        yield b"\n".join(lines[:i] + [lines[i][: len(lines[i]) // 2]])


def byte_mutants(data, rng, number):
    for _ in range(number):
        at, byte = rng.randrange(len(data) + 1), rng.choice(BYTES)
        yield data[:at] + byte + data[at + rng.randint(0, 1) :]
    for byte in BYTES:
        yield byte + data
        yield data + byte
        yield data[:-1] + byte
    yield data[:-1]
    yield data.replace(b"\n", b"\r\n")


def mutants(case, rng):
    """All mutants of a case, as (case, lane, place of the file, its bytes, is the digest updated):
    two lists, first those that are likely to be well-formed."""
    lists = [], []
    for place, name in enumerate(("model", "automaton", "certificate")):
        data = case.files()[place]
        if data is None:
            continue
        changed = {x: False for x in (*line_mutants(data), *byte_mutants(data, rng, 20))}
        for likely, x in token_mutants(data, rng):
            changed[x] = likely or changed.get(x, False)
        changed.pop(data, None)
        for x, likely in sorted(changed.items()):
            lists[not likely].append((case, name, place, x, True))
            if place < 2:
                lists[1].append((case, name + ", digest not updated", place, x, False))
    return lists


def files_of(case, place, changed, update=True):
    files = list(case.files())
    if update and place < 2:
        old, new = machines.sha(files[place]).encode(), machines.sha(changed).encode()
        files[2] = files[2].replace(old, new)
    files[place] = changed
    return tuple(files)


class Checker:
    def __init__(self, program, folder):
        self.program, self.folder, self.numbers = program, folder, itertools.count()
        self.failures, self.counts = [], {}

    def fail(self, text, files=None):
        self.failures.append(text)
        sys.stdout.write("FAILED " + text + "\n")
        for name, data in zip(("model", "automaton", "certificate"), files or ()):
            data = data or b"(none)\n"
            sys.stdout.write("---- %s\n%s" % (name, data.decode("latin-1")))

    def run(self, arguments, **how):
        return subprocess.run(
            [self.program] + arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=60,
            **how,
        )

    def run_files(self, files, **how):
        number = next(self.numbers)  # in one step, since several threads ask
        paths = [
            os.path.join(self.folder, "%d.%s" % (number, e))
            for e in ("model", "automaton", "certificate")
        ]
        given = [(path, data) for path, data in zip(paths, files) if data is not None]
        for path, data in given:
            with open(path, "wb") as f:
                f.write(data)
        model = ["--model", paths[0]] if files[0] is not None else []
        result = self.run([paths[2]] + model + ["--automaton", paths[1]], **how)
        for path, _ in given:
            os.remove(path)
        return result

    def judge(self, name, lane, files, result):
        """Compares an answer with machines.py's and with the truth; counts it."""
        code, text, claim, pair = machines.answer(*files)
        where = "%s [%s]: " % (name, lane)
        if result.returncode != code:
            said = result.stdout.decode("latin-1") + result.stderr.decode("latin-1")
            self.fail(where + "exit %d, expected %d\n%s" % (result.returncode, code, said), files)
        elif result.stderr or not result.stdout.startswith(ANSWERS[code]):
            self.fail(where + "the answer is %r %r" % (result.stdout, result.stderr), files)
        elif code == 0 and result.stdout != text.encode():
            self.fail(where + "the answer is\n%s" % result.stdout.decode("latin-1"), files)
        elif code == 0 and not machines.is_true(pair, claim):
            self.fail(where + "VERIFIED, but the claim is false", files)
        elif code == 0 and lane.endswith("not updated"):
            self.fail(where + "VERIFIED under another file's digest", files)
        elif code > 0 and result.stdout.count(b"\n") != 2:
            self.fail(where + "not two lines: %r" % result.stdout, files)
        key = (lane, result.returncode)
        self.counts[key] = self.counts.get(key, 0) + 1


def limit_memory(megabytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return limit


def special(checker, limits):
    """Command line, unreadable files, counts that promise too much, long numbers, little memory."""
    case = next(cases.by_hand())
    files = case.files()

    def expect(what, result, code, *needles):
        out = result.stdout
        if result.returncode != code or not all(n in out for n in needles):
            checker.fail("%s: exit %d, %r %r" % (what, result.returncode, out[:300], result.stderr))
        key = ("special", result.returncode)
        checker.counts[key] = checker.counts.get(key, 0) + 1

    paths = [os.path.join(checker.folder, n) for n in ("m", "a", "c", "empty")]
    for path, data in zip(paths, files + (b"",)):
        with open(path, "wb") as f:
            f.write(data)
    m, a, c, empty = paths
    good = [c, "--model", m, "--automaton", a]
    expect(
        "order of options",
        checker.run(["--automaton", a, c, "--model", m]),
        0,
        b"VERIFIED every-word\n",
    )
    expect("--help", checker.run(["--help"]), 0, b"usage: ")
    expect(
        "--version",
        checker.run(["--version"]),
        0,
        b"statewright-check ",
        b"statewright-certificate 1",
    )
    for wrong in (
        [],
        ["--help", "--help"],
        good + ["--version"],
        good + [c],
        good + ["--model", m],
        good + ["--quiet"],
        good[:3],
        good[:4],
        good[1:],
        good[:1],
        [c, "--model"],
        ["-c"] + good[1:],
        [""] + good[1:],
    ):
        expect("command line %s" % wrong, checker.run(wrong), 2, b"MALFORMED\n")
    for i in (0, 2, 4):
        for other, text in (
            (os.path.join(checker.folder, "absent"), b"cannot be read"),
            (checker.folder, b"cannot be read"),
            (empty, b"empty"),
        ):
            expect(
                "unreadable %s" % other, checker.run(good[:i] + [other] + good[i + 1 :]), 2, text
            )
    expect(
        "certificate as model",
        checker.run([c, "--model", c, "--automaton", a]),
        2,
        b"c:1: expected",
    )
    with open("/dev/full", "wb") as full:
        full_disk = subprocess.run(
            [checker.program] + good, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    if full_disk.returncode != 3:
        checker.fail("an answer that could not be written: exit %d" % full_disk.returncode)

    def changed(place, old, new):
        if files[place].count(old) != 1:
            raise RuntimeError("nothing to change: %r" % old)
        return files_of(case, place, files[place].replace(old, new))

    none = next(cases.no_layers()).files()
    expect("a network where none is meant", checker.run_files((files[0],) + none[1:]), 2, b":2: ")
    expect("no network", checker.run_files((None,) + files[1:]), 2, b":2: expected --model")

    digest = machines.sha(files[0]).encode()
    for other in (digest.upper(), b"g" + digest[1:], digest[1:], digest + b"0"):
        expect("digest %r" % other, checker.run_files(changed(2, digest, other)), 2, b"hexadecimal")
    expect("another digest", checker.run_files(changed(2, digest, digest[::-1])), 1, b"4 digest")

    small = {"preexec_fn": limit_memory(64)} if limits else {}
    most = b"2147483647"
    for place, old, new, line in (
        (0, b"letters 2 ", b"letters " + most + b" ", b":2: "),
        (0, b"labels 2 ", b"labels " + most + b" ", b":3: "),
        (0, b"layers 1", b"layers " + most, b": expected layer"),
        (0, b"state 1 1", b"state " + most + b" " + most, b":8: "),
        (0, b"reads 1 ", b"reads " + most + b" ", b":7: "),
        (0, b"inputs 2", b"inputs " + most, b":9: "),
        (0, b"gh 0", b"gh " + most, b": expected factor"),
        (0, b"readout 2", b"readout " + most, b"label"),
        (1, b"states 2", b"states " + most, b": expected state"),
        (2, b"rows 2", b"rows " + most, b": expected row"),
        (2, b"depths 0", b"depths " + most, b"depths"),
        (2, b"denominators 1 ", b"denominators " + most + b" ", b"denominators"),
    ):
        mutant = changed(place, old, new)
        expect("huge count %r" % new, checker.run_files(mutant, **small), 2, b"MALFORMED\n", line)
    long = b"1" + b"0" * 999999
    expect(
        "a number of a million digits",
        checker.run_files(
            changed(0, b"weights 1 1 -1", b"weights 1 " + long + b" -" + long), **small
        ),
        0,
        b"VERIFIED",
    )
    expect(
        "such a number where a count should be",
        checker.run_files(changed(2, b"rows 2", b"rows " + long), **small),
        2,
        b"(1000000 bytes)",
    )
    expect(
        "a name of a million bytes",
        checker.run_files(changed(0, b"labels 2 reject", b"labels 2 " + long), **small),
        1,
        b"REJECTED",
    )
    if limits:
        rows = b"".join(b"row %d 1 0\nnext 0 1\n" % r for r in range(2, 400000))
        head, tail = files[2].replace(b"rows 2", b"rows 400000").split(b"end\n")
        expect(
            "little memory",
            checker.run_files((files[0], files[1], head + rows + b"end\n" + tail), **small),
            3,
            b"RESOURCES\n",
        )
        long *= 40
        expect(
            "little memory for one number",
            checker.run_files(
                changed(0, b"weights 1 1 -1", b"weights 1 " + long + b" -1"),
                preexec_fn=limit_memory(150),
            ),
            3,
            b"RESOURCES\n",
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checker")
    parser.add_argument("--full", action="store_true", help="all mutants, not a sample")
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--budget", type=int, default=5000, help="mutants in the sample")
    parser.add_argument("--no-limits", action="store_true", help="no tests with little memory")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print("seed %d" % options.seed)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        checker = Checker(os.path.abspath(options.checker), folder)

        def run_all(jobs):
            for job, result in zip(jobs, pool.map(lambda j: checker.run_files(j[2]), jobs)):
                checker.judge(*job, result)

        hand, drawn = list(cases.by_hand()), list(cases.random_cases(options.seed, 60))
        for text in rounded_cases.mistakes(rng):
            checker.fail(text)
        rounded = list(rounded_cases.by_hand())
        rounded_drawn = list(rounded_cases.random_cases(options.seed, 60))
        controls = hand + drawn + rounded + rounded_drawn
        run_all([(case.name, "control", case.files()) for case in controls])
        if {code for lane, code in checker.counts if lane == "control"} != {0}:
            checker.fail("a control was refused")
        for name, files, needle in itertools.chain(cases.refused(), rounded_cases.refused()):
            result = checker.run_files(files)
            checker.judge(name, "one broken rule", files, result)
            said = re.sub(rb"[^\n]*\.(.)[a-z]*(:[0-9]+: )", rb"\1\2", result.stdout)
            if result.returncode != 1 or needle not in said:
                checker.fail("%s: %r" % (name, result.stdout), files)
        special(checker, not options.no_limits)

        for name, files in rounded_cases.malformed():
            checker.judge(name, "one broken line", files, result := checker.run_files(files))
            if result.returncode != 2:
                checker.fail("%s: %r" % (name, result.stdout), files)

        if not options.full:
            rounded, rounded_drawn = rng.sample(rounded, 40), rng.sample(rounded_drawn, 20)
        damaged = hand + drawn[:20] + rounded + rounded_drawn
        lists = [part for case in damaged for part in mutants(case, rng)]
        total = sum(map(len, lists))
        if not options.full:  # equally many from each list
            lists = [rng.sample(x, min(len(x), options.budget // len(lists))) for x in lists]
        jobs = [job for part in lists for job in part]
        for i in range(0, len(jobs), 1000):
            run_all(
                [
                    (case.name, lane, files_of(case, *rest))
                    for case, lane, *rest in jobs[i : i + 1000]
                ]
            )

    print("%d cases, %d of %d mutants" % (len(controls), len(jobs), total))
    for lane in sorted({lane for lane, _ in checker.counts}):
        of = {code: checker.counts.get((lane, code), 0) for code in ANSWERS}
        print("%-34s %6d VERIFIED %6d REJECTED %6d MALFORMED %3d RESOURCES" % (lane, *of.values()))
    if checker.failures:
        print("%d FAILURES" % len(checker.failures))
    return 1 if checker.failures else 0


if __name__ == "__main__":
    sys.exit(main())
