#!/usr/bin/env python3
"""Checks that includes point one way, every header says `#pragma once`, and stands beside its source.

The table is the one of ARCHITECTURE.md; CMake's link lines repeat it.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

MAY_INCLUDE = {
    "core": {"core"},
    "automata": {"automata", "core"},
    "kernels": {"kernels", "core"},
    "proofs_check": {"proofs_check", "automata", "kernels", "core"},
    "proofs_check/checker": {"proofs_check/checker"},
    "cli": {"cli", "proofs_check", "automata", "kernels", "core"},
    "python": {"python", "proofs_check", "automata", "kernels", "core"},
    "examples": {"proofs_check", "automata", "kernels", "core"},
    "tests": {"tests", "cli", "proofs_check", "automata", "kernels", "core"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def module_of(path: str) -> str:
    if path.startswith("proofs_check/checker/"):
        return "proofs_check/checker"
    return path.split("/", 1)[0]


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.hpp", "*.cu", "*.cuh"],
        cwd=ROOT, check=True, capture_output=True, text=True)
    problems = []
    for path in listed.stdout.split():
        file = ROOT / path
        if not file.exists():
            continue
        text = file.read_text(encoding="utf-8")
        if path.endswith((".hpp", ".cuh")) and "#pragma once" not in text:
            problems.append(f"{path}: has no `#pragma once`")
        module = module_of(path)
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            line = text.count("\n", 0, match.start()) + 1
            if module == "proofs_check/checker":  # builds alone, so it names its own files only
                target = f"proofs_check/checker/{target}"
            if not (ROOT / target).exists():
                problems.append(f'{path}:{line}: "{target}" is not a path from the root of the repository')
            elif module_of(target) not in MAY_INCLUDE.get(module, set()):
                problems.append(f'{path}:{line}: {module} may not include "{target}"')
    print("\n".join(problems) if problems else "includes: one way", file=sys.stderr if problems else sys.stdout)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
