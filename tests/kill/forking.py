"""Forking a process for each line on standard input: whatever lives in it can be killed alone."""

import os
import select
import sys


def say(*words):
    """Print one line whole."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def fork_for_each_line(live):
    """Call `live(*words)` in a process of its own for each line until the input ends; print `gone NAME` for each that
    is no more. The second word of a line is the name.
    """
    alive = {}
    waiting = b""
    while True:
        if select.select([0], [], [], 0.01)[0]:
            data = os.read(0, 4096)
            if not data:
                break
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                words = line.decode().split()
                child = os.fork()
                if child == 0:
                    try:
                        live(*words)
                    finally:
                        sys.stderr.flush()
                        os._exit(0)
                alive[child] = words[1]
        while alive:
            gone, _ = os.waitpid(-1, os.WNOHANG)
            if gone == 0:
                break
            say("gone", alive.pop(gone))
