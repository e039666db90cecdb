"""The gallery draws what is asked for, in every look, onto one page."""

from __future__ import annotations

import json
import re

import pytest
from PIL import Image

from kiosk.ui.gallery import GROUPS
from kiosk.ui.gallery.command import main
from kiosk.ui.gallery.looks import Look, choose
from kiosk.ui.gallery.page import write_page
from kiosk.ui.gallery.workers import Tally, Wish, draw_all
from kiosk.ui.theme import SHAPES
from lending.errors import Refused

pytestmark = pytest.mark.screen


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """One example in two languages and two windows, with sheets, drawn by two processes."""
    out = tmp_path_factory.mktemp("gallery")
    wanted = ["--lang", "nb,uk", "--shape", "800x480,720x1280", "--theme", "light", "--text", "1.0", "--reach", "no"]
    assert main(["--out", str(out), *wanted, "--only", "borrow-e", "--sheets", "--jobs", "2"]) == 0
    return out


def _data(out):
    page = (out / "index.html").read_text("utf-8")
    return json.loads(re.search(r"const data = (\{.*\});", page).group(1))


def test_every_picture_the_page_tells_of_is_there(drawn):
    """The page lists looks and examples; each of their pictures lies where the page looks, in the look's size."""
    data = _data(drawn)
    names = [name for group in data["groups"] for name in group["examples"]]
    assert names == ["borrow-eleven"]
    assert len(data["looks"]) == 4
    for look in data["looks"]:
        for name in names:
            with Image.open(drawn / "pictures" / look["folder"] / f"{name}.png") as picture:
                assert picture.size == (look["width"], look["height"])
                assert len(picture.convert("RGB").getcolors(100_000)) > 20


def test_each_page_of_a_paged_screen_is_drawn(tmp_path):
    """With larger letters the page tells how many pictures an example has, and each is another one."""
    look = ["--lang", "nb", "--shape", "800x480", "--theme", "light", "--text", "2.0", "--reach", "no"]
    assert main(["--out", str(tmp_path), *look, "--only", "borrow-start", "--jobs", "1", "--sheets"]) == 0
    count = _data(tmp_path)["pages"]["nb/800x480-light-2/borrow-start"]
    folder = tmp_path / "pictures" / "nb" / "800x480-light-2"
    files = [folder / f"borrow-start{tail}.png" for tail in ("", *(f"-{page}" for page in range(2, count + 1)))]
    assert count > 1
    assert sorted(folder.iterdir()) == sorted(files)
    assert len({file.read_bytes() for file in files}) == count
    assert not any(re.search(r"-\d+$", name) for make in GROUPS.values() for name in make())


def test_languages_differ(drawn):
    """A picture in another language is another picture."""
    nb, uk = (drawn / "pictures" / tag / "800x480-light-1" / "borrow-eleven.png" for tag in ("nb", "uk"))
    assert nb.read_bytes() != uk.read_bytes()


def test_the_page_needs_no_network(drawn):
    """No address of another machine stands on the page, and its fonts lie beside it."""
    page = (drawn / "index.html").read_text("utf-8")
    assert "http" not in page
    for font in re.findall(r"url\(([^)]+)\)", page):
        assert (drawn / font).stat().st_size > 10_000


def test_sheets_show_a_group(drawn):
    """There is one sheet per group and look."""
    assert len(list((drawn / "sheets").glob("borrow-1-*.png"))) == 4


def test_measuring_writes_what_it_found(tmp_path, capsys):
    """Both processes' measures stand in one file and one table; without pictures there is no page."""
    wanted = ["--lang", "nb,en", "--shape", "800x480", "--theme", "light", "--text", "2.0", "--reach", "no"]
    order = ["--out", str(tmp_path), *wanted, "--only", "account-holds", "--jobs", "2", "--measure", "--no-pictures"]
    assert main(order) == 0
    data = json.loads((tmp_path / "measured.json").read_text("utf-8"))
    assert data["pictures"] == 2
    assert data["pages"] > 2
    assert data["findings"] == []
    assert set(data["languages"]) == {"nb", "en"}
    assert data["worst"]["contrast"]["value"] >= 4.5
    said = capsys.readouterr().out
    assert said.count("account-holds") == 4
    assert f"2 pictures with {data['pages']} pages" in said
    assert not (tmp_path / "index.html").exists()


def test_the_page_shows_findings_beside_the_picture(tmp_path):
    """What was found of an example in a look is on the page."""
    finding = {
        "example": "pin",
        "look": "nb/a",
        "what": "words cut",
        "text": "Hei</script>",
        "figure": None,
        "page": 1,
    }
    page = write_page(tmp_path, [Look("nb", 800, 480)], {"pads": ["pin"]}, [finding]).read_text("utf-8")
    assert _data(tmp_path)["findings"] == [finding]
    assert page.count("</script>") == 1


def test_what_cannot_be_drawn_is_named(tmp_path):
    """An example nobody has is told by its name, not left out in silence."""
    told = []
    look = Look("nb", 800, 480)
    tally = draw_all(tmp_path, [look], ["no-such-example"], Wish(), jobs=1, tell=told.append)
    assert tally.drawn == 0
    assert tally.failed == [f"{look.folder}/no-such-example: the process ended"]


def test_everything_is_the_default():
    """Without a wish every language, window, theme, text size and reach is drawn; one nobody knows is refused."""
    everything = choose("", "", "", "", "both")
    assert {(look.width, look.height) for look in everything} == set(SHAPES)
    assert {look.language for look in everything} >= {"nb", "nn", "se", "en", "sv", "da", "uk"}
    assert len(everything) == len({look.folder for look in everything})
    for wish in (("xx", "", "", ""), ("", "1x1", "", ""), ("", "", "pink", ""), ("", "", "", "9.0")):
        with pytest.raises(Refused):
            choose(*wish, "both")
    with pytest.raises(Refused):
        main(["--out", "unused", "--screens", "no-such-group"])


def test_examples_of_all_groups_have_names_that_make_files():
    """A name becomes a file: small letters, figures, hyphens and underscores."""
    for make in GROUPS.values():
        assert all(re.fullmatch(r"[a-z0-9_-]+", name) for name in make())


def test_the_estimate_follows_the_speed():
    """After a tenth of the pictures in ten seconds, ninety seconds are left."""
    tally = Tally(1000, drawn=100, bytes=2_000_000)
    tally.began -= 10
    assert "100 of 1000 pictures, 10 a second, 1:30 left, about 20 MB" in tally.line()
