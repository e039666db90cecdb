"""A rehearsal of the whole way: a fresh Debian, the network cut, the stick, install.sh, and what can go wrong.

It takes two to three minutes, the first time one more (the Debian roots are kept in NABOLAN_CACHE, or
~/.cache/nabolan), needs root and the Debian archive, and runs only with NABOLAN_DEPLOY_REHEARSAL=1. The roots are
amd64: what a Raspberry Pi adds is on docs/bench-checklist.md.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
SYSTEM = (
    "systemd,systemd-sysv,udev,dbus,kmod,python3-venv,"
    "libgl1,libegl1,libgles2,libgbm1,libdrm2,libudev1,libmtdev1,libgl1-mesa-dri,"
    "espeak-ng,alsa-utils"
)
PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        os.environ.get("NABOLAN_DEPLOY_REHEARSAL") != "1",
        reason="the rehearsal of deploy/ takes minutes: NABOLAN_DEPLOY_REHEARSAL=1 runs it",
    ),
    pytest.mark.skipif(
        os.geteuid() != 0, reason="the rehearsal of deploy/ needs root: it makes and enters a Debian root"
    ),
    pytest.mark.skipif(
        shutil.which("mmdebstrap") is None,
        reason="no mmdebstrap here: sudo apt-get install -y mmdebstrap debian-archive-keyring",
    ),
]


class Computer:
    """A Debian in a folder, entered without network and with a /proc of its own."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *command):
        """Return what the command said and how it ended; both outputs in one."""
        enter = ["unshare", "--net", "--mount", "--pid", "--fork", f"--mount-proc={self.folder}/proc", "chroot"]
        return subprocess.run(
            [*enter, self.folder, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG": "C.UTF-8"},
        )

    def install(self, stick, *options):
        """Run install.sh from a copy of the stick."""
        target = self.folder / "mnt" / "stick"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(stick, target)
        return self.run("bash", "/mnt/stick/install.sh", "--no-apt", *options)

    def path(self, name):
        """Return where a path of this computer is here."""
        return self.folder / name.lstrip("/")

    def release(self):
        """Return the name of the release in use."""
        return self.path("/opt/nabolan/current").readlink().name

    def state(self):
        """Return what an installer could change: of each file its inode, size, mode, and time of change."""
        found = {}
        for top in ("etc", "opt", "usr/local", "var/lib/nabolan"):
            for path in (self.folder / top).rglob("*"):
                if path.name not in {".pwd.lock", "ld.so.cache"}:
                    status = path.lstat()
                    times = 0 if path.is_dir() else status.st_mtime_ns
                    found[str(path.relative_to(self.folder))] = (status.st_ino, status.st_size, status.st_mode, times)
        return found


def cache():
    """Return the folder for what is slow to make."""
    folder = Path(os.environ.get("NABOLAN_CACHE", Path.home() / ".cache" / "nabolan"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fresh(suite, folder):
    """Return a computer with nothing but Debian and the packages that apt would bring."""
    archive = cache() / f"debian-{suite}-amd64-{hashlib.sha256(SYSTEM.encode()).hexdigest()[:8]}.tar"
    with (cache() / "lock").open("w") as lock:  # tests may run on several cores
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            part = archive.with_suffix(".part.tar")
            make = ["mmdebstrap", "--quiet", "--arch=amd64", "--variant=minbase", f"--include={SYSTEM}", suite, part]
            subprocess.run(make, check=True)
            part.rename(archive)
    root = folder / suite
    root.mkdir()
    subprocess.run(["tar", "--extract", "--numeric-owner", "-pf", archive, "-C", root], check=True)
    return Computer(root)


def make_stick(suite, folder):
    """Return a stick with the last commit of this repository."""
    stick = folder / f"stick-{suite}"
    wheelhouse = [sys.executable, ROOT / "bin" / "wheelhouse", "--arch", "x86_64", "--python", PYTHONS[suite]]
    subprocess.run([*wheelhouse, "--out", stick], check=True)
    return stick


def sum_again(stick):
    """Make both lists of checksums fit the files that are on the stick now."""
    for folder in (stick / "wheelhouse", stick):
        sums = folder / "SHA256SUMS"
        names = [line.split("  ", 1)[1] for line in sums.read_text(encoding="utf-8").splitlines()]
        lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
        sums.write_text("".join(lines), encoding="utf-8")


def other_release(stick, folder, line):
    """Return a stick whose `nabolan` command begins with another line, with all sums and hashes right."""
    other = shutil.copytree(stick, folder / "other")
    (wheel,) = (other / "wheelhouse").glob("nabolan-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files["nabolan/__init__.py"] = line.encode() + b"\n" + files["nabolan/__init__.py"]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    lock = other / "wheelhouse" / "nabolan.lock"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(re.sub(r"sha256:\w+", f"sha256:{digest}", lock.read_text(encoding="utf-8")), encoding="utf-8")
    sum_again(other)
    return other


@pytest.fixture(scope="module")
def workshop():
    """A folder for computers and sticks; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=cache()) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def stick(workshop):
    """A stick for Debian 12."""
    return make_stick("bookworm", workshop)


@pytest.fixture(scope="module")
def first(workshop, stick):
    """A Debian 12 after the first install.sh, and what install.sh said."""
    computer = fresh("bookworm", workshop)
    return computer, computer.install(stick)


@pytest.fixture
def station(first):
    """An installed Debian 12; for tests after which it is as before."""
    return first[0]


@pytest.fixture
def own_station(first, tmp_path):
    """An installed Debian 12 of this test's own: a layer over the shared one, or a copy where there are no layers."""
    root, upper, work = (tmp_path / name for name in ("root", "upper", "work"))
    for folder in (root, upper, work):
        folder.mkdir()
    layers = f"lowerdir={first[0].folder},upperdir={upper},workdir={work}"
    mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=False).returncode == 0
    if not mounted:
        subprocess.run(["cp", "-aT", "--reflink=auto", first[0].folder, root], check=True)
    yield Computer(root)
    if mounted:
        subprocess.run(["umount", root], check=True)
    for folder in (root, upper, work):
        shutil.rmtree(folder)


def test_first_install(first):
    """From a stick and without network, a bare Debian 12 becomes a station, and the last lines say what to do now."""
    computer, done = first
    assert done.returncode == 0, done.stdout
    assert f"This station has release {VERSION}-" in done.stdout
    assert "What to do now:\n  1. Write the address of your hub" in done.stdout
    shown = computer.run("nabolan", "--help")
    assert shown.returncode == 0, shown.stdout
    assert shown.stdout.startswith("usage: nabolan")
    assert computer.run("nabolan", "--version").stdout == f"nabolan {VERSION}\n"


def test_not_enrolled(station):
    """Before enrolment the station's command says so in plain words and leaves nothing behind."""
    said = station.run("nabolan", "station", "check", "--config", "/etc/nabolan/station.toml")
    assert said.returncode != 0
    assert "not enrolled" in said.stdout
    assert list(station.path("/var/lib/nabolan").iterdir()) == []


def test_units_on_the_station(station):
    """The units as installed, with program, user and groups in place, draw no remark from that system's systemd."""
    units = ["/etc/systemd/system/nabolan-station.service", "/etc/systemd/system/nabolan-station.timer"]
    checked = station.run("systemd-analyze", "verify", "--man=no", *units)
    assert (checked.stdout, checked.returncode) == ("", 0)
    assert station.run("systemctl", "is-enabled", "nabolan-station.service").stdout == "enabled\n"
    assert station.run("systemctl", "is-enabled", "nabolan-station.timer").stdout == "enabled\n"
    assert station.run("systemctl", "is-enabled", "getty@tty1.service").stdout != "enabled\n"
    for group in ("video", "render", "input", "tty", "plugdev", "dialout", "audio"):
        assert station.run("getent", "group", group).returncode == 0, group


def test_rights(station):
    """Only the station's own user reads the journal's folder, and that user cannot change the program."""
    mine = station.run("stat", "-c", "%U %a", "/var/lib/nabolan", "/opt/nabolan/current/bin/nabolan").stdout
    assert mine == "nabolan 700\nroot 755\n"


def test_second_run(station, stick):
    """A second run changes no file and says so."""
    before = station.state()
    done = station.install(stick)
    assert done.returncode == 0
    assert "Nothing was changed." in done.stdout
    assert station.state() == before


def test_damaged_stick(station, stick, tmp_path):
    """One wrong byte on the stick stops the installer before it changes anything."""
    bad = shutil.copytree(stick, tmp_path / "bad")
    (wheel,) = (bad / "wheelhouse").glob("Kivy-*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    before = station.state()
    done = station.install(bad)
    assert done.returncode == 1
    assert "STOPPED. Files in /mnt/stick/wheelhouse are damaged or missing." in done.stdout
    assert station.state() == before


def test_exchanged_wheel(station, stick, tmp_path):
    """A package that is not the one of the lock is refused even when all checksums of the stick fit it."""
    bad = shutil.copytree(stick, tmp_path / "bad")
    (wheel,) = (bad / "wheelhouse").glob("pyserial-*.whl")
    with zipfile.ZipFile(wheel, "a") as packed:
        packed.writestr("serial/extra.py", "print('not in the lock')\n")
    sum_again(bad)
    before = station.release()
    done = station.install(bad)
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stdout
    assert "Kept:    The release that ran before still runs" in done.stdout
    assert [folder.name for folder in station.path("/opt/nabolan/venvs").iterdir()] == [before]
    assert station.run("nabolan", "--help").returncode == 0


def test_wrong_machine(station, stick, tmp_path):
    """A stick for a Raspberry Pi is refused on another machine, with the command that makes the right one."""
    bad = shutil.copytree(stick, tmp_path / "bad")
    note = bad / "wheelhouse" / "release.txt"
    note.write_text(note.read_text(encoding="utf-8").replace("x86_64", "aarch64"), encoding="utf-8")
    sum_again(bad)
    done = station.install(bad)
    assert done.returncode == 1
    assert "Do now:  Make the stick again with: bin/wheelhouse --arch x86_64" in done.stdout


def test_release_that_does_not_start(station, stick, tmp_path):
    """A release that cannot be imported is never switched to, and leaves nothing behind."""
    before = station.release()
    done = station.install(other_release(stick, tmp_path, "raise RuntimeError('planted')"))
    assert done.returncode == 1
    assert "RuntimeError: planted" in done.stdout
    assert "Kept:    The release that ran before is untouched" in done.stdout
    assert station.release() == before
    assert [folder.name for folder in station.path("/opt/nabolan/venvs").iterdir()] == [before]


def test_power_cut_while_installing(own_station, stick, tmp_path):
    """What a power cut leaves half made is made anew by the next run; the release before is in use all the time."""
    before = own_station.release()
    after = own_station.install(other_release(stick, tmp_path, "# a later release"))
    name = own_station.release()
    assert (after.returncode, name == before) == (0, False)
    own_station.run("bash", "/mnt/stick/install.sh", "--previous")
    own_station.path(f"/opt/nabolan/venvs/{name}/.complete").unlink()
    shutil.rmtree(own_station.path(f"/opt/nabolan/venvs/{name}/lib"))
    assert own_station.run("nabolan", "--help").returncode == 0
    assert own_station.run("bash", "/mnt/stick/install.sh", "--no-apt").returncode == 0
    assert own_station.release() == name
    assert own_station.run("nabolan", "--help").returncode == 0


def test_later_release_and_back(own_station, stick, tmp_path):
    """A later release is switched to with settings and journal untouched, and one command goes back and forth."""
    settings = own_station.path("/etc/nabolan/station.toml")
    settings.write_text(settings.read_text(encoding="utf-8").replace("hub.example.org", "hub.test"), encoding="utf-8")
    journal = own_station.path("/var/lib/nabolan/station.db")
    journal.write_bytes(b"all that happened here")
    old = own_station.release()
    done = own_station.install(other_release(stick, tmp_path, "# a later release"))
    new = own_station.release()
    assert done.returncode == 0, done.stdout
    assert new != old
    assert f"The release before, {old}, is kept" in done.stdout
    assert "hub.test" in settings.read_text(encoding="utf-8")
    assert journal.read_bytes() == b"all that happened here"
    for expected in (old, new):
        back = own_station.run("bash", "/mnt/stick/install.sh", "--previous")
        assert back.returncode == 0, back.stdout
        assert own_station.release() == expected
        assert own_station.run("nabolan", "--help").returncode == 0


def test_uninstall(own_station, stick):
    """Uninstalling removes the program and keeps the journal, the key and the settings, and says so."""
    journal = own_station.path("/var/lib/nabolan/station.db")
    journal.write_bytes(b"all that happened here")
    done = own_station.install(stick, "--uninstall")
    assert done.returncode == 0, done.stdout
    assert "Kept: /var/lib/nabolan (the journal and the station's key), /etc/nabolan (the settings)" in done.stdout
    assert journal.read_bytes() == b"all that happened here"
    assert own_station.path("/etc/nabolan/station.toml").exists()
    gone = ["/opt/nabolan", "/usr/local/bin/nabolan", "/etc/systemd/system/nabolan-station.service"]
    assert not [name for name in gone if own_station.path(name).exists()]
    assert not list(own_station.path("/etc").rglob("nabolan-station.*"))
    assert own_station.run("systemctl", "is-enabled", "getty@tty1.service").stdout == "enabled\n"
    again = own_station.run("bash", "/mnt/stick/install.sh", "--uninstall")
    assert "Nothing was changed." in again.stdout


def test_missing_package(own_station, stick):
    """A package of the system that is missing is named, with the line to copy, before any release is touched."""
    own_station.run("dpkg", "--remove", "--force-depends", "libmtdev1")
    done = own_station.install(stick)
    assert done.returncode == 1
    assert "Do now:  With network run: sudo apt-get install --no-install-recommends libmtdev1\n" in done.stdout


def test_debian_13(workshop):
    """A bare Debian 13 becomes a station too, and its stricter checks of units and udev rules are content."""
    computer = fresh("trixie", workshop)
    done = computer.install(make_stick("trixie", workshop))
    assert done.returncode == 0, done.stdout
    assert computer.run("nabolan", "--version").stdout == f"nabolan {VERSION}\n"
    checked = computer.run("systemd-analyze", "verify", "--man=no", "/etc/systemd/system/nabolan-station.service")
    assert (checked.stdout, checked.returncode) == ("", 0)
    rules = computer.run("udevadm", "verify", "/etc/udev/rules.d/99-nabolan.rules")
    assert rules.returncode == 0, rules.stdout
    exposure = computer.run(
        *("systemd-analyze", "security", "--offline=true", "--threshold=17", "nabolan-station.service")
    )
    assert exposure.returncode == 0
