#!/usr/bin/env python3
"""Asks Coq what the main theorems of Assumptions.v assume, prints it, and fails if it is more than excluded middle.

Every theorem that a program names must be among them.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
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


def asked(text, groups):
    """What Coq answers about groups of theorems of the file `text`, of each what all of it assumes: one traversal."""
    rest = re.sub(r"^Print Assumptions .*\n", "", text, flags=re.M)
    for i, group in enumerate(groups):
        rest += f"Definition asked_{i} := ({', '.join('@' + theorem for theorem in group)}).\nPrint Assumptions asked_{i}.\n"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "Assumptions.v"
        copy.write_text(rest)
        run = subprocess.run(["coqc", "-q", "-Q", str(HERE / "theories"), "Statewright", str(copy)],
                             capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    found = answers(run.stdout)
    if len(found) != len(groups):
        sys.exit(f"{len(groups)} questions, but {len(found)} answers:\n{run.stdout}")
    return list(zip(groups, found))


def assumed_by(text, theorems):
    """What each theorem assumes; `theorems` says which may assume something.

    Those that may not are asked for in one group for each process: nothing, if all of it together assumes nothing; else,
    and if they may, each is asked for itself.
    """
    jobs = min(4, os.cpu_count() or 1)  # each loads the library again

    def ask(parts):
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            answered = pool.map(lambda part: asked(text, part), [part for part in parts if part])
            return [answer for part in answered for answer in part]

    closed = [theorem for theorem, may in theorems.items() if not may]
    single = [[theorem] for theorem, may in theorems.items() if may]
    found, again = {}, []
    for group, axioms in ask([[closed[first::jobs]] * bool(closed[first::jobs]) + single[first::jobs]
                              for first in range(jobs)]):
        if axioms and len(group) > 1:
            again += [[theorem] for theorem in group]
        else:
            found |= {theorem: axioms for theorem in group}
    return found | {group[0]: axioms for group, axioms in ask([again])}


def named_by_programs():
    """The theorems that commands name, "DiagFloat.dnet_no_parity" in a string of C++, and where."""
    modules = "|".join(path.stem for path in (HERE / "theories").glob("*.v"))
    name = re.compile(rf"\b({modules})\.([a-z]\w*)\b(?![./])")
    found = {}
    for folder in (ROOT / "proofs_check" / "theorems", ROOT / "cli"):
        for path in sorted(folder.rglob("*.cpp")):
            for text in re.findall(r'"([^"\n]*)"', path.read_text()):
                for module, theorem in name.findall(text):
                    if theorem not in ("v", "vo"):
                        found.setdefault(f"{module}.{theorem}", path.relative_to(ROOT))
    return found


def main():
    text = (HERE / "Assumptions.v").read_text()
    lines = re.findall(r"^Print Assumptions (\S+)\.( \(\* excluded middle \*\))?$", text, re.M)
    theorems = {theorem: bool(marked) for theorem, marked in lines}
    if len(theorems) != text.count("Print Assumptions "):
        sys.exit("Assumptions.v asks in a way that is not understood here")
    named = named_by_programs()
    for theorem in sorted(named.keys() - set(theorems)):
        sys.exit(f"{named[theorem]} names {theorem}, which is not in Assumptions.v")
    found = assumed_by(text, theorems)
    bad = 0
    for theorem, marked in theorems.items():
        axioms = found[theorem]
        allowed = [a for a in axioms if re.fullmatch(r"(Classical_Prop\.)?classic : forall P : Prop, P \\/ ~ P", a)]
        wrong = [a for a in axioms if a not in allowed]
        bad += bool(wrong) or bool(axioms) != marked
        print(f"{theorem:45} {'; '.join(wrong) if wrong else 'excluded middle' if allowed else 'no axioms'}")
    print(f"{len(theorems)} theorems, among them the {len(named)} that commands name")
    if bad:
        sys.exit(f"theorems that assume something else than Assumptions.v says: {bad}")


if __name__ == "__main__":
    main()
