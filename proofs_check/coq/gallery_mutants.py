#!/usr/bin/env python3
"""The cases of tests/proofs_check/checker for the extracted checker: what the tests of statewright-check ask of it alone.

Small certificates of every claim, each for a reason; each rule of FORMAT.md broken once; and damaged tokens, lines and
bytes of all files. Both checkers must give the same exit code, unless the extracted one says that it does not take part.

`gallery.py` runs this after its own instances.
"""

import argparse
import concurrent.futures
import itertools
import random
import sys
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from gallery import CHECKER, EXTRACTED, ROOT, UNSUPPORTED, run  # noqa: E402

sys.path.insert(0, str(ROOT / "tests" / "proofs_check" / "checker"))
import cases  # noqa: E402
import factors  # noqa: E402
import mutate  # noqa: E402
import rounded_cases  # noqa: E402
import spectra  # noqa: E402
import stability  # noqa: E402


def certificate_mutants(certificate, rng):
    return [text for _, text in mutate.token_mutants(certificate, rng)] + [
        *mutate.line_mutants(certificate), *mutate.byte_mutants(certificate, rng, 20)]


def with_subject(subject, certificate):
    option, data = subject
    return (data, None, certificate) if option == "--model" else (None, data, certificate)


def all_files(rng, budget):
    """(kind, (model, automaton, certificate)): every true case, every broken rule, and `budget` damaged ones."""
    networks = [spectra.parity_case(), spectra.counting_case(), spectra.factors_case(), spectra.eigenvalue_case()]
    forms = [stability.bounded_case(), *(stability.growth_case(Fraction(s)) for s in (3, 1, -1)), stability.drift_case()]
    factored = list(factors.true_cases())
    pairs = [*cases.by_hand(), *cases.random_cases(rng.randrange(2**32), 30), *rounded_cases.by_hand(),
             *rounded_cases.random_cases(rng.randrange(2**32), 30)]
    for _, model, certificate in (*networks, *forms):
        yield "true", (model, None, certificate)
    for subject, certificate in factored:
        yield "true", with_subject(subject, certificate)
    for case in pairs:
        yield "true", case.files()
    for _, model, certificate in (*spectra.broken_cases(networks), *spectra.broken_models(networks),
                                  *spectra.broken_eigenvalues(networks[-1]),
                                  *stability.broken_cases([forms[0], forms[1], forms[-1]])):
        yield "one broken rule", (model, None, certificate)
    for _, subject, certificate in factors.broken_cases(factored):
        yield "one broken rule", with_subject(subject, certificate)
    for _, files, _ in itertools.chain(cases.refused(), rounded_cases.refused()):
        yield "one broken rule", files
    alone = [(("--model", model), certificate) for _, model, certificate in (*networks, *forms)] + factored
    for subject, certificate in alone:
        damaged = certificate_mutants(certificate, rng)
        for changed in rng.sample(damaged, min(budget // 16, len(damaged))):
            yield "damaged", with_subject(subject, changed)
    for case in rng.sample(pairs, min(20, len(pairs))):
        damaged = [one for likely in mutate.mutants(case, rng) for one in likely]
        for one, _, place, changed, update in rng.sample(damaged, min(budget // 40, len(damaged))):
            yield "damaged", mutate.files_of(one, place, changed, update)


def examine_all(options):
    """How many files the two disagree about."""
    rng = random.Random(options.seed)
    tally, failures = Counter(), []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:

        def ask(job):
            number, (kind, files) = job
            paths = []
            for name, text in zip(("model", "automaton", "certificate"), files):
                paths.append(None if text is None else Path(folder) / f"{number}.{name}")
                if text is not None:
                    paths[-1].write_bytes(text)
            about = [word for name, path in zip(("--model", "--automaton"), paths) if path for word in (name, path)]
            first, second = (run(checker, paths[2], *about).returncode for checker in (CHECKER, EXTRACTED))
            tally[kind, "unknown" if second == UNSUPPORTED else "same" if first == second else "other"] += 1
            if second not in (first, UNSUPPORTED):
                failures.append(f"{kind}: statewright-check answers {first}, the extracted checker {second}\n"
                                + files[2].decode("latin-1"))
            for path in filter(None, paths):
                path.unlink()

        list(pool.map(ask, enumerate(all_files(rng, options.mutants))))
    for kind in sorted({kind for kind, _ in tally}):
        print(f"the checker's tests, {kind}: {tally[kind, 'same']} agreed, {tally[kind, 'unknown']} of claims or formats that "
              "the extracted checker does not know")
    for failure in failures[:5]:
        print("DISAGREE " + failure)
    return len(failures)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=400, metavar="N", help="damaged files (default 400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    sys.exit(examine_all(parser.parse_args()) > 0)


if __name__ == "__main__":
    main()
