#!/usr/bin/env python3
"""Drives `statewright bounds --interactive` through a pseudo-terminal, as a person would.

    terminal_session.py build/bin/statewright

Arrow keys, a typed command, q, Ctrl-C, SIGTERM and a closed window: each must do what it says, and
every way out must leave the terminal as it was. Exit code 77 (skipped) where no pseudo-terminal can
be had.
"""

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time

SECONDS_PER_STEP = 20  # a machine under load; a step takes 0.1 s
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
PROMPT = b": command"  # the last line of a frame


class Failure(Exception):
    pass


class Terminal:
    """The program on a pseudo-terminal of its own."""

    def __init__(self, program):
        self.master, self.slave = os.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.seen = b""
        self.process = subprocess.Popen(
            [program, "bounds", "--interactive", "--timeout", "0.1"],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
        )

    def read(self, what, done):
        """Reads until done(all that came), which must be soon."""
        end = time.monotonic() + SECONDS_PER_STEP
        while not done(self.seen):
            left = end - time.monotonic()
            if left <= 0:
                raise Failure(f"{what} did not come; the last output was {self.seen[-600:]!r}")
            if select.select([self.master], [], [], min(left, 0.05))[0]:
                try:
                    self.seen += os.read(self.master, 1 << 16)
                except OSError:  # the other end is closed
                    if not done(self.seen):
                        raise Failure(f"{what} did not come before the end") from None

    def frame_after(self, keys, heading):
        """Sends keys; returns the frame under a heading that matches."""
        self.seen = b""
        os.write(self.master, keys)
        pattern = re.compile(heading.encode() + rb".*?" + PROMPT, re.DOTALL)
        self.read(f"a frame about {heading!r} after {keys!r}", pattern.search)
        return self.seen.decode()

    def is_raw(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def ended(self, what, code):
        """The program has ended with this code and left the terminal as it found it."""
        self.read(f"the way out after {what}", lambda seen: LEAVE in seen)
        try:
            found = self.process.wait(SECONDS_PER_STEP)
        except subprocess.TimeoutExpired:
            raise Failure(f"{what} does not end the program") from None
        if found != code:
            raise Failure(f"after {what} the exit code is {found}, not {code}")
        if termios.tcgetattr(self.slave) != self.before:
            raise Failure(f"{what} leaves the terminal changed")
        if b"\x1b[?25h" not in self.seen:
            raise Failure(f"{what} leaves the cursor hidden")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for end in (self.master, self.slave):
            if end is not None:
                os.close(end)


def check(condition, message):
    if not condition:
        raise Failure(message)


def begin(program):
    terminal = Terminal(program)
    terminal.read("the first frame", lambda seen: PROMPT in seen)
    check(ENTER in terminal.seen, "the program does not take a screen of its own")
    check(terminal.is_raw(), "keys are not read one by one")
    return terminal


def test_keys(program):
    terminal = begin(program)
    try:
        check("cyclenav:5 in bf16" in terminal.seen.decode(), "the first frame is about bf16")
        terminal.frame_after(b"\x1b[C", "cyclenav:5 in fp16")  # right
        terminal.frame_after(b"\x1b[D", "cyclenav:5 in bf16")  # left
        terminal.frame_after(b"\x1b[A", "cyclenav:6 in bf16")  # up
        terminal.frame_after(b"\x1bOB", "cyclenav:5 in bf16")  # down, as another keyboard says it
        terminal.frame_after(b"s", "cyclenav:5 in once:bf16")
        # Typed with a slip that is taken back.
        frame = terminal.frame_after(b":format e4m4\x7f3\r", "cyclenav:5 in once:e4m3")
        check("once:e4m3" in frame.split("arithmetic", 1)[1], "the table does not follow")
        frame = terminal.frame_after(b":m 1\r", "cyclenav:5 in once:e4m3")
        check("error: " in frame, "a wrong command goes by without a word")
        # Ctrl-C takes a command back, and only that.
        terminal.frame_after(b":format bf16\x03", "cyclenav:5 in once:e4m3")
        terminal.seen = b""
        os.write(terminal.master, b"q")
        terminal.ended("q", 0)
    finally:
        terminal.close()


def test_interrupt(program):
    terminal = begin(program)
    try:
        terminal.seen = b""
        os.write(terminal.master, b"\x03")
        terminal.ended("Ctrl-C", 0)
    finally:
        terminal.close()


def test_terminate(program):
    terminal = begin(program)
    try:
        terminal.seen = b""
        terminal.process.send_signal(signal.SIGTERM)
        terminal.ended("SIGTERM", -signal.SIGTERM)
    finally:
        terminal.close()


def test_closed_window(program):
    """The end of input, which a terminal gives once its window is gone."""
    terminal = begin(program)
    try:
        os.close(terminal.slave)
        terminal.slave = None
        os.close(terminal.master)
        terminal.master = None
        try:
            terminal.process.wait(SECONDS_PER_STEP)
        except subprocess.TimeoutExpired:
            raise Failure("a closed window does not end the program") from None
    finally:
        terminal.close()


def main():
    program = sys.argv[1]
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        print(f"skipped: no pseudo-terminal here ({error})")
        return 77
    failed = 0
    for test in (test_keys, test_interrupt, test_terminate, test_closed_window):
        begun = time.monotonic()
        try:
            test(program)
            print(f"ok      {test.__name__}  {time.monotonic() - begun:.2f} s")
        except Failure as failure:
            failed = 1
            print(f"FAILED  {test.__name__}: {failure}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
