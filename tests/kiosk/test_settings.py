"""The settings file of a station, and what it says when it is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import json_values, some

from kiosk.settings import TEXTS, THEMES, Settings, read_settings, settings_from
from kiosk.ui import shapes
from kiosk.ui.aids import Aids
from kiosk.ui.palette import Theme
from lending.errors import Refused


def write(tmp_path, text):
    path = tmp_path / "station.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_an_empty_file_gives_the_built_in_values(tmp_path):
    """A file that says nothing gives the built-in values."""
    assert read_settings(write(tmp_path, "")) == Settings()


def test_every_setting_can_be_set(tmp_path):
    """Every setting has its place in the file."""
    text = """
    [station]
    data_dir = "/srv/station"
    language = "en"
    [hub]
    url = "https://hub.example"
    ca_file = "/etc/ca.pem"
    [card_reader]
    port = "/dev/reader"
    [scanner]
    port = "/dev/scanner"
    [aids]
    theme = "contrast"
    text = 2
    reach = true
    voice = true
    [screen]
    rotation = 270
    show_cursor = true
    [voice]
    output = "headphones"
    volume = 70
    device = "plughw:1"
    recordings = "/srv/voice"
    """
    settings = read_settings(write(tmp_path, text))
    assert settings == Settings(
        Path("/srv/station"), "en", "https://hub.example", "/etc/ca.pem", "/dev/reader", "/dev/scanner",
        "contrast", 2.0, True, True, 270, True, "headphones", 70, "plughw:1", "/srv/voice",
    )  # fmt: skip
    assert settings.database == Path("/srv/station/station.db")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[station", "end of document"),
        (b"\xff\xfe", "station.toml"),
        ("language = 'nb'", "language"),
        ("[station]\nlanguages = 'nb'", "[station] languages"),
        ("[printer]\nport = 'x'", "[printer] port"),
        ("[hub]\nurl = 3", "[hub] url"),
        ("[hub]\nurl = 'hub.example.org'", "[hub] url must begin with https://"),
        ("[hub]\nurl = 'http://hub.example.org'", "[hub] url must begin with https://"),
        ("[hub]\nurl = 'http://127.0.0.1.example.org'", "[hub] url must begin with https://"),
        ("[hub]\nurl = 'http://[::1'", "[hub] url must begin with https://"),
        ("[station]\ndata_dir = false", "[station] data_dir"),
        ("[screen]\nrotation = 45", "[screen] rotation"),
        ("[voice]\noutput = 'radio'", "[voice] output"),
        ("[voice]\nvolume = 101", "[voice] volume"),
        ("[station]\nlanguage = 'no'", "[station] language must be one of nb"),
        ("[aids]\ntheme = 'dark'", "[aids] theme"),
        ("[aids]\ntext = 3", "[aids] text must be one of 1.0, 1.4, 2.0"),
        ("[aids]\ntext = '2'", "[aids] text"),
        ("[aids]\nreach = 1", "[aids] reach"),
        ("[aids]\nvoice = true", "[aids] voice needs [voice] output"),
        ("[screen]\nrotation = '90'", "[screen] rotation"),
        ("[screen]\nrotation = true", "[screen] rotation"),
        ("[screen]\nshow_cursor = 1", "[screen] show_cursor"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(tmp_path, text, named):
    """A file that cannot be read, or says something that does not belong there, is refused with file and key."""
    path = write(tmp_path, text)
    with pytest.raises(Refused) as caught:
        read_settings(path)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_station_can_be_set_up_for_any_aid():
    """What the settings offer is what the screen can do, and the screen begins with it."""
    assert set(THEMES) == {theme.value for theme in Theme}
    assert TEXTS == shapes.TEXTS
    set_up = settings_from(
        {
            "station": {"language": "se"},
            "aids": {"theme": "contrast", "text": 1.4, "reach": True, "voice": True},
            "voice": {"output": "speaker"},
        }
    )
    assert Aids.of(set_up) == Aids(Theme.CONTRAST, 1.4, reach=True, voice=True, language="se")
    assert Aids.of(Settings()) == Aids()


def test_a_missing_file_says_what_to_do(tmp_path):
    """Without a file the technician is told what to copy where."""
    with pytest.raises(Refused, match=r"station\.toml\.example"):
        read_settings(tmp_path / "station.toml")


@some
@given(
    st.dictionaries(
        st.sampled_from(["station", "hub", "screen", "card_reader", "other"]),
        json_values | st.dictionaries(st.sampled_from(["port", "url", "rotation", "language"]), json_values),
    )
)
def test_whatever_stands_there_is_read_or_refused(data):
    """Whatever the file holds, it gives settings or is refused."""
    try:
        settings = settings_from(data)
    except Refused:
        return
    assert settings.rotation in (0, 90, 180, 270)
