"""What factors.py, spectra.py and stability.py do with their cases: statewright-check and a prediction must agree on each.

Three lanes: true certificates, certificates that break one rule, which must be named, and damage to every token and line
(mutate.py's mutants, a sample of each kind). A mutant that is VERIFIED is true: the prediction decides each obligation anew.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import mutate


def run(description, predict, true, broken, damaged):
    """Ends the program. A subject is (the option that names its file, the file's bytes).

    predict(subject, certificate) -> (exit code, rule)
    true                             (subject, certificate), ..
    broken                           (rule, subject, certificate), ..
    damaged                          those of `true` to damage
    """
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("checker")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--budget", type=int, default=800, help="damaged files")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print("seed", options.seed)
    failures, tally, rules = [], Counter(), Counter()

    jobs = [("true", subject, data, (0, "")) for subject, data in true]
    jobs += [("one broken rule", subject, data, (1, rule)) for rule, subject, data in broken]
    likely, others = [], []
    for subject, data in damaged:
        for good, changed in mutate.token_mutants(data, rng):
            (likely if good else others).append((subject, changed))
        for changed in (*mutate.line_mutants(data), *mutate.byte_mutants(data, rng, 20)):
            others.append((subject, changed))
    for lane, mutants in (("likely well-formed", likely), ("other damage", others)):
        for subject, changed in rng.sample(mutants, min(options.budget // 2, len(mutants))):
            jobs.append((lane, subject, changed, None))

    with tempfile.TemporaryDirectory() as folder:

        def judge(job):
            number, (lane, subject, data, expected) = job
            option, content = subject
            paths = [os.path.join(folder, "%d.%s" % (number, end)) for end in ("sw", "cert")]
            for path, text in zip(paths, (content, data)):
                with open(path, "wb") as file:
                    file.write(text)
            result = subprocess.run([options.checker, paths[1], option, paths[0]], capture_output=True)
            code, rule = predict(subject, data)
            said = result.stdout.decode("latin-1")
            tally[lane, result.returncode] += 1
            rules[rule] += 1
            if (result.returncode != code or (code == 1 and ": " + rule not in said)
                    or not result.stdout.startswith(mutate.ANSWERS[code])
                    or (expected is not None and (code, rule) != expected)):
                failures.append("%s: predicted %s %s, expected %s, found %s\n%s\n%s" % (
                    lane, code, rule, expected, result.returncode, said, data.decode("latin-1")))
            for path in paths:
                os.unlink(path)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(judge, enumerate(jobs)))
    for lane in sorted({lane for lane, _ in tally}):
        print("%-20s" % lane, *("%4d exit %d" % (tally[lane, code], code) for code in range(3)))
    print("rules:", dict(rules))
    for failure in failures[:5]:
        print("FAILED", failure)
    sys.exit(1 if failures else 0)


def replaced(text, rule, old, new):
    """A certificate with one change; of a digest the first digit, so that it still is one."""
    assert old in text, (old, text)
    if rule != "4 digest":
        return text.replace(old, new, 1)
    at = text.index(old) + len(old)
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1:]
