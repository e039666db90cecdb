"""A disk of a few megabytes: an ext4 file system in a file, mounted. It can be filled, and it can break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

MEGABYTES = 16
CHUNK = 4096


def why_not() -> str | None:
    """Return why no disk can be made here, or None if it can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a small disk can only be mounted by root on Linux"
    if shutil.which("mkfs.ext4", path=_path()) is None:
        return "mkfs.ext4 is missing: apt-get install e2fsprogs"
    return None


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _run(*words: str | Path, accepted: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | {"PATH": _path()})
    if done.returncode not in accepted:
        raise OSError(f"{words[0]}: {done.stderr.strip()}")


class SmallDisk:
    """Mounted at `folder`. Raises OSError where mounting is not allowed."""

    def __init__(self, room: Path) -> None:
        self._image, self.folder = room / "disk.img", room / "disk"
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(MEGABYTES * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-m", "0", self._image)
        self._mount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", self._image, self.folder)

    def unmount(self) -> None:
        """Take it out, and wait until the kernel has let go of the image. Nothing on it may be open."""
        _run("umount", self.folder)
        until = time.monotonic() + 10
        while self._in_use() and time.monotonic() < until:
            time.sleep(0.02)

    def _in_use(self) -> bool:
        found = subprocess.run(
            ["losetup", "-j", self._image], capture_output=True, check=False, env=os.environ | {"PATH": _path()}
        )
        return bool(found.stdout.strip())

    def drop(self) -> None:
        """Take it out for good, also from under a test that has failed."""
        _run("umount", "-l", self.folder)

    def fill(self, *, but: int = 0) -> None:
        """Leave only so many bytes free."""
        about = os.statvfs(self.folder)
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            left = about.f_bavail * about.f_frsize - but
            while left > 0:
                try:
                    left -= ballast.write(bytes(min(left, CHUNK * 64)))
                except OSError:
                    break
            while but == 0:
                try:
                    ballast.write(bytes(CHUNK))
                except OSError:
                    break

    def free(self) -> None:
        """Give the space back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def breaks(self) -> None:
        """Let the kernel give the disk up, as it does when a card stops to answer: read-only from now on."""
        _run("mount", "-o", "remount,abort", self.folder)

    def comes_back(self) -> None:
        """Take it out, check it and put it in again, as a restart does. Nothing on it may be open."""
        self.unmount()
        _run("e2fsck", "-p", self._image, accepted=(0, 1))
        self._mount()


@pytest.fixture
def disk(tmp_path):
    """A small disk, mounted."""
    if reason := why_not():
        pytest.skip(f"FULL AND BROKEN DISKS ARE NOT TESTED: {reason}")
    try:
        small = SmallDisk(tmp_path)
    except OSError as error:
        pytest.skip(f"FULL AND BROKEN DISKS ARE NOT TESTED: mounting is not allowed here ({error})")
    yield small
    small.drop()
