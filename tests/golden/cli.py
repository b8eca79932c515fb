#!/usr/bin/env python3
"""Runs recorded terminal sessions of `statewright` and compares every byte.

A transcript is a text file of blocks

    $ command, run by sh in an empty folder of its own; later blocks see the files of earlier ones
    > further lines of the same command (a here-document)
    what it prints, standard output and standard error together
    [exit 0]

with free text between blocks. What differs from run to run is written as a word instead: times as
TIME, the temporary folder of a command as TMP, the version as VERSION, the folder of the programs as
BIN.

    cli.py --program build/cli/statewright --checker build/.../statewright-check cli/*.txt
    cli.py --update ...      rewrites the expected output; read the difference before keeping it
    cli.py --seconds N ...   for commands that take longer than two minutes: kernels/CENSUS.md
    cli.py --examples ...    runs the examples of the command table, in its order, as one session
    cli.py --table ...       checks that the table says what each command, word and flag is
"""

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


NORMALISED = [
    (re.compile(r"\b\d+(\.\d+)? m?s\b"), "TIME"),
    (re.compile(r'"seconds": [0-9.e+-]+'), '"seconds": TIME'),
    (re.compile(r"[^\s'`]*/statewright-[A-Za-z0-9]{6}/"), "TMP/"),
]


class Session:
    """A folder, the programs in PATH, and nothing else of the user's environment."""

    def __init__(self, program: Path, checker: Path | None, seconds: int = 120):
        self.seconds = seconds  # that a command may take
        self.holder = tempfile.TemporaryDirectory(prefix="golden-")
        root = Path(self.holder.name).resolve()
        self.folder = root / "work"
        self.bin = root / "bin"
        temporary = root / "tmp"
        for path in (self.folder, self.bin, temporary):
            path.mkdir()
        (self.bin / "statewright").symlink_to(program)
        if checker:
            (self.bin / "statewright-check").symlink_to(checker)
        (self.bin / "python3").symlink_to(sys.executable)
        self.programs = [program, checker] if checker else [program]
        self.environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(temporary),
        }
        version = self.run("statewright --version")[0].split()[-1]
        self.version = re.compile(rf"\b{re.escape(version)}\b")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.holder.cleanup()

    def run(self, command: str) -> tuple[str, int]:
        # The programs of a pipeline run at the same time: what they write to standard error comes
        # after the output, so that transcripts do not depend on who is faster.
        piped = " | " in command
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if piped else subprocess.STDOUT,
            timeout=self.seconds,
            check=False,
        )
        text = (done.stdout + (done.stderr or b"")).decode("utf-8", "backslashreplace")
        if text and not text.endswith("\n"):
            text += "\n[no line feed at the end]\n"
        return text, done.returncode

    def normalised(self, text: str) -> str:
        for path in self.programs:
            text = text.replace(str(path), f"BIN/{path.name}")
        text = text.replace(str(self.bin), "BIN")
        for pattern, word in NORMALISED:
            text = pattern.sub(word, text)
        return self.version.sub("VERSION", text)


def end_of_block(lines: list[str], at: int) -> int:
    """The line after the recorded output that begins at `at`; `at` if nothing is recorded yet."""
    for end in range(at, len(lines)):
        if re.fullmatch(r"\[exit \d+\]", lines[end]):
            return end + 1
        if lines[end].startswith("$ "):
            break
    return at


def rerun(transcript: str, session: Session) -> str:
    """The transcript with the output that its commands have now."""
    lines = transcript.splitlines()
    new, at, blocks = [], 0, 0
    while at < len(lines):
        new.append(lines[at])
        if not lines[at].startswith("$ "):
            at += 1
            continue
        command = [lines[at][2:]]
        at += 1
        while at < len(lines) and lines[at].startswith("> "):
            command.append(lines[at][2:])
            new.append(lines[at])
            at += 1
        at = end_of_block(lines, at)
        text, code = session.run("\n".join(command) + "\n")
        new += session.normalised(text).splitlines()
        new.append(f"[exit {code}]")
        blocks += 1
    if blocks == 0:
        raise SystemExit("error: a transcript without a command tests nothing")
    return "\n".join(new) + "\n"


def compare(path: Path, arguments) -> bool:
    recorded = path.read_text(encoding="utf-8")
    with Session(arguments.program, arguments.checker, arguments.seconds) as session:
        now = rerun(recorded, session)
    if now == recorded:
        print(f"ok      {path.name}")
        return True
    if arguments.update:
        path.write_text(now, encoding="utf-8")
        print(f"updated {path.name}")
        return True
    print(f"FAILED  {path.name}")
    sys.stdout.writelines(
        difflib.unified_diff(
            recorded.splitlines(True), now.splitlines(True), "recorded", "now", n=4
        )
    )
    return False


def table_of(arguments) -> dict:
    done = subprocess.run(
        [arguments.program, "help", "--json"], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)["program"]


def commands_of(command: dict, path: str = ""):
    """(path, command) of all commands, in the order of the table."""
    name = f"{path} {command['name']}".strip()
    yield name, command
    for child in command["commands"]:
        yield from commands_of(child, name)


def run_examples(arguments) -> bool:
    failures, count = 0, 0
    with Session(arguments.program, arguments.checker) as session:
        for _, command in commands_of(table_of(arguments)):
            for example in command["examples"]:
                count += 1
                text, code = session.run(example["command"] + "\n")
                if code != example["exit"]:
                    failures += 1
                    print(f"FAILED  {example['command']}")
                    print(f"exit {code}, the table says {example['exit']}\n{text}")
    print(f"{count} examples, {failures} failed")
    return failures == 0 and count > 0


def check_table(arguments) -> bool:
    problems = []

    def sentence(where: str, text: str):
        if not text.strip():
            problems.append(f"{where}: says nothing")
        elif text.endswith("."):
            problems.append(f"{where}: one line without a full stop, please: {text!r}")

    for path, command in commands_of(table_of(arguments)):
        sentence(path, command["summary"])
        if not command["description"].strip():
            problems.append(f"{path}: no description")
        if command["commands"]:
            continue
        if not command["examples"]:
            problems.append(f"{path}: no example")
        for example in command["examples"]:
            sentence(f"{path}: example {example['command']}", example["what"])
            if f"{path} " not in example["command"] + " ":
                problems.append(f"{path}: the example {example['command']!r} shows another command")
        help_text = subprocess.run(
            [arguments.program, *path.split()[1:], "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for word in command["positionals"]:
            sentence(f"{path} {word['name']}", word["what"])
        for flag in command["flags"]:
            sentence(f"{path} {flag['name']}", flag["what"])
            if flag["name"] not in help_text:
                problems.append(f"{path}: --help is silent about {flag['name']}")
        names = [flag["name"] for flag in command["flags"]]
        if len(names) != len(set(names)):
            problems.append(f"{path}: a flag twice")
        for always in ("--help", "--color"):
            if always not in names:
                problems.append(f"{path}: no {always}")
        for line in help_text.splitlines():
            if len(line) > 100:
                problems.append(f"{path}: a line of help with {len(line)} columns: {line!r}")
    print("\n".join(problems) if problems else "ok      the command table")
    return not problems


SKIPPED = 77  # what ctest is told to read as "not run"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--checker", type=lambda text: Path(text).resolve())
    parser.add_argument("--seconds", type=int, default=120, help="that a command may take")
    parser.add_argument("--update", action="store_true", help="rewrite the expected output")
    parser.add_argument("--examples", action="store_true", help="run the table's examples")
    parser.add_argument("--table", action="store_true", help="check the table's texts")
    parser.add_argument("transcripts", nargs="*", type=Path)
    arguments = parser.parse_args()
    for path in filter(None, (arguments.program, arguments.checker)):
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is no program")
    if not (arguments.examples or arguments.table or arguments.transcripts):
        parser.error("nothing to do: name transcripts, --examples or --table")
    if any("(needs a pseudo-terminal)" in path.read_text() for path in arguments.transcripts):
        try:
            for end in os.openpty():
                os.close(end)
        except OSError as problem:
            print(f"skipped: {problem}")
            return SKIPPED
    good = True
    if arguments.table:
        good = check_table(arguments) and good
    if arguments.examples:
        good = run_examples(arguments) and good
    for path in arguments.transcripts:
        good = compare(path, arguments) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
