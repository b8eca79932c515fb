#!/usr/bin/env python3
"""Asks Coq what the main theorems of Assumptions.v assume, prints it, and fails if it is more than excluded middle."""

import concurrent.futures
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLOSED = "Closed under the global context"


def answers(output):
    """The answers in the order of the questions: lists of axioms, as 'name : statement'."""
    found, axioms = [], None
    for line in output.splitlines():
        if line == CLOSED:
            found.append([])
        elif line == "Axioms:":
            axioms = []
            found.append(axioms)
        elif line.startswith(" ") and axioms:
            axioms[-1] += " " + line.strip()
        elif axioms is not None and line.strip():
            axioms.append(line.strip())
    return found


def ask(head, theorems):
    """What Coq answers when asked for these."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "Assumptions.v"
        copy.write_text(head + "".join(f"Print Assumptions {theorem}.\n" for theorem in theorems))
        run = subprocess.run(["coqc", "-q", "-Q", str(HERE / "theories"), "Statewright", str(copy)],
                             capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    found = answers(run.stdout)
    if len(found) != len(theorems):
        sys.exit(f"{len(theorems)} theorems, but {len(found)} answers:\n{run.stdout}")
    return found


def main():
    source = (HERE / "Assumptions.v").read_text()
    theorems = re.findall(r"^Print Assumptions (\S+)\.$", source, re.M)
    head = "".join(f"{line}\n" for line in re.findall(r"^From Statewright Require .*\.$", source, re.M))
    # half a second for each: two at a time
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        even, odd = pool.map(lambda begin: ask(head, theorems[begin::2]), (0, 1))
    found = [(odd if i % 2 else even)[i // 2] for i in range(len(theorems))]
    bad = 0
    for theorem, axioms in zip(theorems, found):
        allowed = [a for a in axioms if re.fullmatch(r"(Classical_Prop\.)?classic : forall P : Prop, P \\/ ~ P", a)]
        wrong = [a for a in axioms if a not in allowed]
        bad += bool(wrong)
        print(f"{theorem:45} {'; '.join(wrong) if wrong else 'excluded middle' if allowed else 'no axioms'}")
    if bad:
        sys.exit(f"{bad} theorems assume more than excluded middle")


if __name__ == "__main__":
    main()
