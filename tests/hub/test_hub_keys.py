"""The hub's own keys: made once, whole, and the same for everybody who asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = """
import sys, threading
from sync.hub.environment import seal_key
start, keys = threading.Barrier(8), set()
def ask():
    start.wait()
    keys.add(seal_key().private_bytes_raw().hex())
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.stdout.write(" ".join(sorted(keys)))
"""


def test_everybody_who_asks_at_once_gets_the_same_key(tmp_path: Path) -> None:
    """Many threads and processes that ask for a key nobody has made yet all get one and the same, none half a one."""
    for turn in range(3):
        folder = tmp_path / str(turn)
        environment = {"HUB_DATA_DIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
        asked = [
            subprocess.Popen(
                [sys.executable, "-c", ASK], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for _ in range(3)
        ]
        said = [process.communicate(timeout=30) for process in asked]
        assert [complaint for _, complaint in said] == [b""] * 3
        assert len({key for answer, _ in said for key in answer.split()}) == 1
        assert [file.name for file in folder.iterdir()] == ["seal.key"]
