"""What the terminal shows: steps with elapsed time, errors with a remedy."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

_START = time.monotonic()


class SetupError(Exception):
    """A step that failed, and what the person can do about it."""

    def __init__(self, problem, remedy):
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def say(text):
    print(f"[{time.monotonic() - _START:6.1f} s] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Announce a step; after it, say how long it took."""
    say(f"{title} ...")
    begin = time.monotonic()
    yield
    say(f"{title}: done in {time.monotonic() - begin:.1f} s")


def execute(command, *, remedy, log=None, **kwargs):
    """Run a command to its end; on failure show the end of its output and the remedy.

    :param log: file that keeps the whole output
    :raise SetupError: when the command is missing or returns non-zero
    """
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **kwargs,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{command[0]} is not on this machine", remedy) from error
    if log:
        os.makedirs(os.path.dirname(log), exist_ok=True)  # the very first command
        with open(log, "a", encoding="utf-8") as stream:
            stream.write(done.stdout)
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        where = f" (whole output: {os.path.relpath(log)})" if log else ""
        raise SetupError(
            f"{os.path.basename(str(command[0]))} failed{where}:\n{tail}", remedy
        )
    return done.stdout
