"""The `nabolan` command: what it says, and what it needs to be installed."""

import json
import os
import subprocess
import sys

import pytest
from support import scripted_hub as hub_that
from support.journals import make_identity

from nabolan.cli import EXIT_LATER, EXIT_REFUSED, main
from sync.agent.identity import FILE, save

GRANTED = {
    "station": "hall-west",
    "token": "secret",
    "epoch": 1,
    "card_key": "6b" * 32,
    "card_key_version": 1,
    "hub_seal_key": "09" + "00" * 31,
}


@pytest.fixture
def hub():
    with hub_that.scripted_hub() as hub:
        yield hub


@pytest.fixture
def station(tmp_path):
    """Return how to call `nabolan station …` with a settings file for a hub."""

    def call(command, *arguments, url=""):
        config = tmp_path / "station.toml"
        config.write_text(f'[station]\ndata_dir = "{tmp_path}/data"\n[hub]\nurl = "{url}"\n', encoding="utf-8")
        return main(["station", command, "--config", str(config), *arguments])

    return call


@pytest.mark.parametrize(
    ("without", "arguments"),
    [
        (("kivy", "nfc", "serial", "sqlite_utils", "babel"), ["hub", "--help"]),
        (("django", "ninja", "gunicorn", "whitenoise"), ["station", "--help"]),
    ],
)
def test_a_hub_needs_nothing_of_a_station_and_the_other_way_round(without, arguments):
    """With the libraries of one side alone, its commands are there."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({without!r})); from nabolan.cli import main; main({arguments})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage" in done.stdout


def test_a_station_is_enrolled_checked_and_rebuilt(station, hub, capsys):
    """The technician's commands, in order: a code for an identity, then a whole database and the same tables."""
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())]
    assert station("enrol", "--code", " ABCD ", url=hub.url) == 0
    assert hub.calls[0][2]["code"] == "ABCD"
    assert station("check") == 0
    assert station("rebuild") == 0
    out = capsys.readouterr().out
    assert "Enrolled as hall-west. Start the station now." in out
    assert "0 entries, 0 wait for the hub" in out
    assert "They are the same as before" in out
    assert "secret" not in out


def test_a_refused_code_is_told_in_the_words_of_the_hub(station, hub, capsys):
    """A code that does not count, or a hub that does not answer, is told in plain words and by the exit status."""
    hub.answers = [hub_that.says(400, b'{"problem": "the code is older than 24 hours"}'), hub_that.says(503)]
    assert station("enrol", "--code", "ABCD", url=hub.url) == EXIT_REFUSED
    assert "the code is older than 24 hours" in capsys.readouterr().err
    assert station("enrol", "--code", "ABCD", url=hub.url) == EXIT_LATER
    assert "Not now" in capsys.readouterr().err


def test_an_enrolled_station_keeps_its_identity(station, hub, tmp_path, capsys):
    """A second enrolment is refused before the hub is asked; only a damaged identity gives way."""
    save(tmp_path / "data", make_identity())
    before = (tmp_path / "data" / FILE).read_bytes()
    assert station("enrol", "--code", "ABCD", url=hub.url) == EXIT_REFUSED
    told = capsys.readouterr().err
    assert "enrolled already" in told
    assert "add --anew" in told
    assert ((tmp_path / "data" / FILE).read_bytes(), hub.calls) == (before, [])
    (tmp_path / "data" / FILE).write_text("{", encoding="utf-8")
    assert station("check") == EXIT_REFUSED
    assert "enrol it again" in capsys.readouterr().err
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())]
    assert station("enrol", "--code", "ABCD", url=hub.url) == 0


def test_without_the_address_of_the_hub_the_setting_is_named(station, capsys):
    """A technician who forgot the hub's address is told where to write it."""
    assert station("enrol", "--code", "ABCD") == EXIT_REFUSED
    assert "[hub] url" in capsys.readouterr().err


@pytest.mark.parametrize("shape", ["foo", "800", "0x480", "800x480x2"])
def test_a_shape_that_is_none_is_named(shape, capsys):
    """A screen shape that cannot be one is refused in words before anything starts."""
    assert main(["demo", "--tour", "--shape", shape]) == EXIT_REFUSED
    assert "1280x800" in capsys.readouterr().err


def test_a_part_that_is_not_installed_is_named(tmp_path):
    """Where the hub's libraries are missing, the command says which part to install, without a traceback."""
    words = (
        "import sys; sys.modules['django'] = None\nfrom nabolan.cli import main; sys.exit(main(['hub', 'migrate']))"
    )
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == EXIT_REFUSED
    assert "nabolan[hub]" in done.stderr
    assert "Traceback" not in done.stderr
