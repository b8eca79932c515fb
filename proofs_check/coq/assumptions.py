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


def asked(text, theorems):
    """What Coq answers about some of the theorems of the file `text`."""
    rest = re.sub(r"^Print Assumptions .*\n", "", text, flags=re.M)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "Assumptions.v"
        copy.write_text(rest + "".join(f"Print Assumptions {theorem}.\n" for theorem in theorems))
        run = subprocess.run(["coqc", "-q", "-Q", str(HERE / "theories"), "Statewright", str(copy)],
                             capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    found = answers(run.stdout)
    if len(found) != len(theorems):
        sys.exit(f"{len(theorems)} theorems, but {len(found)} answers:\n{run.stdout}")
    return dict(zip(theorems, found))


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
    theorems = re.findall(r"^Print Assumptions (\S+)\.$", text, re.M)
    named = named_by_programs()
    for theorem in sorted(named.keys() - set(theorems)):
        sys.exit(f"{named[theorem]} names {theorem}, which is not in Assumptions.v")
    jobs = min(4, os.cpu_count() or 1)  # each loads the library again
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        found = {}
        for part in pool.map(lambda first: asked(text, theorems[first::jobs]), range(jobs)):
            found |= part
    bad = 0
    for theorem in theorems:
        axioms = found[theorem]
        allowed = [a for a in axioms if re.fullmatch(r"(Classical_Prop\.)?classic : forall P : Prop, P \\/ ~ P", a)]
        wrong = [a for a in axioms if a not in allowed]
        bad += bool(wrong)
        print(f"{theorem:45} {'; '.join(wrong) if wrong else 'excluded middle' if allowed else 'no axioms'}")
    print(f"{len(theorems)} theorems, among them the {len(named)} that commands name")
    if bad:
        sys.exit(f"{bad} theorems assume more than excluded middle")


if __name__ == "__main__":
    main()
