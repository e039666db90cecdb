"""The scripts, udev rules and settings that go onto a station."""

import re
import subprocess
import tomllib
from dataclasses import fields
from itertools import pairwise

import pytest

from kiosk.settings import Settings, read_settings

SCRIPTS = ["install.sh", "nabolan-command"]
SCHEMA = {
    ("station", "data_dir"),
    ("station", "language"),
    ("hub", "url"),
    ("hub", "ca_file"),
    ("card_reader", "port"),
    ("scanner", "port"),
    ("aids", "theme"),
    ("aids", "text"),
    ("aids", "reach"),
    ("aids", "voice"),
    ("screen", "rotation"),
    ("screen", "show_cursor"),
    ("voice", "output"),
    ("voice", "volume"),
    ("voice", "device"),
    ("voice", "recordings"),
}
MATCHES = "ACTION|SUBSYSTEM|KERNEL|TEST|ENV"
ASSIGNS = "SYMLINK|GROUP|MODE|ENV|GOTO|LABEL|OPTIONS"
MATCH = re.compile(rf'(?:{MATCHES})(?:\{{[A-Z_]+\}})?(?:==|!=)"[^"]*"')
ASSIGN = re.compile(rf'(?:{ASSIGNS})(?:\{{[A-Z_]+\}})?(?:=|\+=|:=)"[^"]*"')


def udev_faults(text):
    """Return what is wrong in udev rules, as far as we use the language; Debian 12 has no `udevadm verify`."""
    faults = []
    labels = dict.fromkeys(re.findall(r'(?m)^LABEL="(\w+)"', text), 0)
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        parts = re.split(r",\s*(?=[A-Z]+[{=!+:])", line)
        faults += [f"{number}: {p}" for p in parts if not (MATCH.fullmatch(p) or ASSIGN.fullmatch(p))]
        for label in re.findall(r'GOTO="(\w+)"', line):
            if label not in labels:
                faults.append(f"{number}: there is no label {label}")
            labels[label] = number
    return faults + [f"nothing goes to {label}" for label, used in labels.items() if not used]


@pytest.fixture
def rules(raspberrypi):
    return (raspberrypi / "99-nabolan.rules").read_text(encoding="utf-8")


def test_shellcheck_sees_all(raspberrypi):
    """Every shell script of the folder is on the list that shellcheck reads."""
    found = {path.name for path in raspberrypi.rglob("*") if path.is_file() and path.read_bytes()[:2] == b"#!"}
    assert found == set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck(run, raspberrypi, script):
    """Shellcheck has nothing to remark on the scripts."""
    done = run("shellcheck", raspberrypi / script)
    assert (done.stdout, done.returncode) == ("", 0)


def test_shellcheck_catches(run, raspberrypi, tmp_path):
    """A planted unquoted name in the installer is seen."""
    script = (raspberrypi / "install.sh").read_text(encoding="utf-8")
    planted = script.replace('rm -rf "$venv"', "rm -rf $venv")
    assert planted != script
    (tmp_path / "install.sh").write_text(planted, encoding="utf-8")
    assert run("shellcheck", tmp_path / "install.sh").returncode == 1


def test_unknown_option(raspberrypi):
    """A mistyped option stops the installer at once; it tells what happened, what was kept and what to do now."""
    done = subprocess.run(
        ["bash", raspberrypi / "install.sh", "--wheelhuose"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "STOPPED. There is no option --wheelhuose." in done.stderr
    assert "Kept:    Nothing was changed." in done.stderr
    assert "Do now:  Use one of the options above." in done.stderr


def test_udev_rules(rules):
    """The udev rules are well formed and every jump has its goal."""
    assert udev_faults(rules) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("SYMLINK+=", "SYMLNK+="),
        ('=="2303"', '=="2303'),
        ('LABEL="nabolan_end"', 'LABEL="nabolan_ende"'),
        ('SUBSYSTEM=="tty", GOTO', 'SUBSYSTEM="tty", GOTO'),
    ],
)
def test_udev_rules_catch(rules, right, wrong):
    """A planted fault in the udev rules is seen."""
    assert right in rules
    assert udev_faults(rules.replace(right, wrong)) != []


def test_udev_rules_sort_after_serial(raspberrypi):
    """The rules are read after 60-serial.rules, which finds the serial numbers."""
    (rules,) = raspberrypi.glob("*.rules")
    assert rules.name > "60-serial.rules"


def test_udev_examples(rules):
    """The lines a technician copies into the local rules are well formed, and make the links of the settings."""
    examples = "\n".join(re.findall(r"(?m)^#     (SUBSYSTEM.*)$", rules))
    assert udev_faults(examples) == []
    assert set(re.findall(r'SYMLINK\+="([\w/]+)"', examples)) == {
        "nabolan/reader",
        "nabolan/scanner",
        "nabolan/wedge",
    }


def test_settings_example_is_the_schema(raspberrypi):
    """The commented example holds every setting there is and no other."""
    data = tomllib.loads((raspberrypi / "station.toml.example").read_text(encoding="utf-8"))
    assert {(section, key) for section, content in data.items() for key in content} == SCHEMA
    assert len(SCHEMA) == len(fields(Settings))


def test_settings_example_is_accepted(raspberrypi, rules):
    """The station takes the example as it is, and its ports are the links that udev makes."""
    settings = read_settings(raspberrypi / "station.toml.example")
    assert str(settings.data_dir) == "/var/lib/nabolan"
    for port in (settings.reader_port, settings.scanner_port):
        assert f'SYMLINK+="{port.removeprefix("/dev/")}"' in rules


def test_settings_are_explained(raspberrypi):
    """No setting stands in the example without words above it."""
    lines = (raspberrypi / "station.toml.example").read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if "=" in line and not line.startswith("#"):
            assert before.startswith("#"), line


def test_nothing_cleans_the_journal(raspberrypi):
    """No age is set on any folder: systemd-tmpfiles never removes a journal."""
    lines = (raspberrypi / "tmpfiles.d" / "nabolan.conf").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    assert rows
    assert all(row[0] == "d" and row[5] == "-" for row in rows)


def test_technician_page_knows_the_options(raspberrypi):
    """Every option of the installer is explained to the technician."""
    page = (raspberrypi.parents[1] / "docs" / "technician.md").read_text(encoding="utf-8")
    options = set(re.findall(r"(?m)^    (--[a-z-]+)\)", (raspberrypi / "install.sh").read_text(encoding="utf-8")))
    options |= set(re.findall(r"(?m)^      (--[a-z-]+)\)", (raspberrypi / "install.sh").read_text(encoding="utf-8")))
    assert options >= {"--wheelhouse", "--no-apt", "--previous", "--uninstall"}
    assert [option for option in sorted(options) if f"`{option}" not in page and f" {option}" not in page] == []
