"""What the tests of deploy/ share: the folder, and programs that a machine may lack."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = {
    "shellcheck": "shellcheck",
    "systemd-analyze": "systemd",
    "mmdebstrap": "mmdebstrap debian-archive-keyring",
    "unshare": "util-linux",
    "git": "git",
}


@pytest.fixture(scope="session")
def raspberrypi():
    """The folder with everything that is installed on a station."""
    return ROOT / "deploy" / "raspberrypi"


@pytest.fixture(scope="session")
def run():
    """A function that runs a program and returns what it said; a test whose program is missing here is skipped."""

    def run_or_skip(program, *args, **options):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: sudo apt-get install -y {PACKAGES[program]}")
        return subprocess.run([program, *map(str, args)], capture_output=True, text=True, check=False, **options)

    return run_or_skip
