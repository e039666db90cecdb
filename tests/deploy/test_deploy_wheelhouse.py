"""bin/wheelhouse: only files that a lock vouches for reach a station."""

import hashlib
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = b"the wheel as it was published"


@pytest.fixture(scope="module")
def wheelhouse():
    """The command as a module."""
    loader = SourceFileLoader("nabolan_wheelhouse", str(ROOT / "bin" / "wheelhouse"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    yield module
    del sys.modules[loader.name]


@pytest.fixture
def locked(wheelhouse):
    """One package whose published file is GOOD."""
    return wheelhouse.Locked("a-b", "1.0", "", (hashlib.sha256(GOOD).hexdigest(),))


def test_lock_of_the_station(wheelhouse):
    """Every package of the station's lock is read with version and hashes."""
    locked = {package.name: package for package in wheelhouse.read_lock(ROOT / "locks" / "station.lock")}
    assert {"kivy", "nfcpy", "pyserial", "cryptography", "pydes"} <= locked.keys()
    assert locked["kivy-deps-sdl2"].marker == "sys_platform == 'win32'"
    assert all(package.version and package.hashes for package in locked.values())


def test_build_tools_are_locked(wheelhouse):
    """What builds our wheel is pinned with hashes as well."""
    tools = {package.name for package in wheelhouse.read_lock(wheelhouse.DEPLOY / "build-tools.lock")}
    assert {"hatchling", "pip", "setuptools", "packaging"} <= tools


@pytest.mark.parametrize(
    "line", ["kivy==2.3.1", "kivy --hash=sha256:" + 64 * "0", "kivy>=2 --hash=sha256:" + 64 * "0"]
)
def test_lock_without_hash(wheelhouse, tmp_path, line):
    """A line of a lock without version or hash stops everything."""
    (tmp_path / "a.lock").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(wheelhouse.WheelhouseError, match="no version or no hash"):
        wheelhouse.read_lock(tmp_path / "a.lock")


def test_lock_written_back(wheelhouse, locked, tmp_path):
    """The folder's own lock holds the same versions with the hashes of the very files in it."""
    (tmp_path / "A_b-1.0-py3-none-any.whl").write_bytes(GOOD)
    wheelhouse.write_lock([locked], tmp_path)
    assert wheelhouse.read_lock(tmp_path / "station.lock") == [locked]


def test_strange_file(wheelhouse, locked, tmp_path):
    """A wheel that is not the published one is refused."""
    (tmp_path / "a_b-1.0-py3-none-any.whl").write_bytes(GOOD + b"!")
    with pytest.raises(wheelhouse.WheelhouseError, match="Not the files"):
        wheelhouse.write_lock([locked], tmp_path)


def test_missing_and_extra_file(wheelhouse, locked, tmp_path):
    """A package without its file is refused, and so is a file without its package."""
    with pytest.raises(wheelhouse.WheelhouseError, match=r"a-b 1\.0 is missing"):
        wheelhouse.write_lock([locked], tmp_path)
    (tmp_path / "a_b-1.0-py3-none-any.whl").write_bytes(GOOD)
    (tmp_path / "c-1.0-py3-none-any.whl").write_bytes(GOOD)
    with pytest.raises(wheelhouse.WheelhouseError, match="no lock names: c-1"):
        wheelhouse.write_lock([locked], tmp_path)


def test_full_folder(wheelhouse, tmp_path):
    """A folder with something in it is left alone."""
    (tmp_path / "photos").mkdir()
    with pytest.raises(wheelhouse.WheelhouseError, match="Nothing was changed there"):
        wheelhouse.make("aarch64", ("3.13",), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]
