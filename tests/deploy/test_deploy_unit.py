"""The systemd units: no typo, no lost line of confinement, nothing that waits for a network."""

import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden" / "nabolan-station.confinement"


@pytest.fixture
def unit(raspberrypi):
    return (raspberrypi / "nabolan-station.service").read_text(encoding="utf-8")


def directives(text):
    """Return the lines that say something, in order."""
    return [line for line in text.splitlines() if re.match(r"\w+=", line)]


def verify(run, folder, unit, timer=""):
    """Return all that systemd-analyze has to say. The program is not on this machine, so `true` stands in for it."""
    service = folder / "nabolan-station.service"
    service.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit), encoding="utf-8")
    files = [service]
    if timer:
        files.append(folder / "nabolan-station.timer")
        files[-1].write_text(timer, encoding="utf-8")
    done = run("systemd-analyze", "verify", "--man=no", *files)
    return done.stdout + done.stderr


def exposure(run, folder, unit):
    """Return whether systemd-analyze finds the unit confined enough: 1.7 of 10 at most."""
    service = folder / "nabolan-station.service"
    service.write_text(unit, encoding="utf-8")
    return run("systemd-analyze", "security", "--offline=true", "--threshold=17", service).returncode == 0


def test_verify(run, raspberrypi, tmp_path, unit):
    """Systemd has nothing to remark on the units: not one line, for its exit code is 0 even with a typo."""
    timer = (raspberrypi / "nabolan-station.timer").read_text(encoding="utf-8")
    assert verify(run, tmp_path, unit, timer) == ""


@pytest.mark.parametrize(
    ("right", "typo"),
    [
        ("WatchdogSec=", "WatchDogSec="),
        ("ProtectClock=yes", "ProtectClock=yess"),
        ("StartLimitBurst=", "StartLimitBursts="),
        ("DevicePolicy=closed", "DevicePolicy=close"),
    ],
)
def test_verify_catches(run, tmp_path, unit, right, typo):
    """A planted typo in the unit is seen."""
    assert right in unit
    assert verify(run, tmp_path, unit.replace(right, typo)) != ""


def test_exposure(run, tmp_path, unit):
    """The unit is confined at least as far as when it was drawn up."""
    assert exposure(run, tmp_path, unit)


@pytest.mark.parametrize(
    "lost", ["ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "DevicePolicy=closed"]
)
def test_exposure_catches(run, tmp_path, unit, lost):
    """A planted loss of a line of confinement is seen."""
    assert lost + "\n" in unit
    assert not exposure(run, tmp_path, unit.replace(f"\n{lost}\n", "\n"))


def test_golden(unit):
    """No line about rights, devices, network, watchdog or restart changes unnoticed: many of them get no score."""
    golden = GOLDEN.read_text(encoding="utf-8").splitlines()
    keys = {line.partition("=")[0] for line in golden}
    assert [line for line in directives(unit) if line.partition("=")[0] in keys] == golden


def test_offline_is_normal(unit):
    """The station starts without waiting for a network."""
    assert not [line for line in directives(unit) if "network" in line]


def test_paths_are_installed(raspberrypi, unit):
    """What the unit starts and reads is what install.sh puts there."""
    installer = (raspberrypi / "install.sh").read_text(encoding="utf-8")
    assert "ExecStart=/opt/nabolan/current/bin/nabolan station run --config /etc/nabolan/station.toml\n" in unit
    assert "readonly OPT=/opt/nabolan\n" in installer
    assert "readonly SETTINGS=/etc/nabolan/station.toml\n" in installer
    for line in directives(unit):
        for named in re.findall(r"[\w@-]+\.(?:service|timer|target|socket)", line):
            assert named in {"getty@tty1.service", "multi-user.target"}, f"{named} does not exist on a station"


def test_timer_outlasts_the_start_limit(raspberrypi, unit):
    """A station that has given up is started again, and late enough that systemd does not refuse it."""
    timer = (raspberrypi / "nabolan-station.timer").read_text(encoding="utf-8")
    interval = int(re.search(r"^StartLimitIntervalSec=(\d+)$", unit, re.MULTILINE)[1])
    again = int(re.search(r"^OnUnitInactiveSec=(\d+)min$", timer, re.MULTILINE)[1]) * 60
    assert again > interval


def test_groups_exist(raspberrypi, unit):
    """Every group that the unit asks for is there, also on a minimal Debian, or the station would not start."""
    sysusers = (raspberrypi / "sysusers.d" / "nabolan.conf").read_text(encoding="utf-8")
    asked = re.search(r"^SupplementaryGroups=(.*)$", unit, re.MULTILINE)[1].split()
    always = {"tty"}  # from base-passwd, as are most of the others
    assert set(asked) - always <= set(re.findall(r"(?m)^g\s+(\w+)", sysusers))
