"""The rules of lending need nothing but Python."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import lending

FOREIGN = {"kivy", "django", "sqlite3", "sqlite_utils", "requests", "serial", "socket", "threading", "cryptography"}
OURS = {"hardware", "sync", "kiosk", "assets", "nabolan"}


def test_lending_loads_nothing_but_itself():
    """A process that imports all of lending has loaded no screen, database, network or floor above it."""
    names = [module.name for module in pkgutil.walk_packages(lending.__path__, "lending.")]
    assert "lending.visit.decide" in names
    ours = str(Path(lending.__path__[0]).parent)
    script = f"import sys; sys.path.insert(0, {ours!r}); import {', '.join(names)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, timeout=30)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert "lending" in loaded
    assert loaded & (FOREIGN | OURS) == set()
