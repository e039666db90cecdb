"""Drawings, icons and fonts: all there, up to date, and complete for every language."""

import doctest
import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

import assets
from assets import build

LETTERS = {
    "nb": "abcdefghijklmnopqrstuvwxyzæøåéèêóòôüä",
    "nn": "abcdefghijklmnopqrstuvwxyzæøåéèêóòôàü",
    "se": "aábcčdđefghijklmnŋoprsštŧuvzž",
    "sv": "abcdefghijklmnopqrstuvwxyzåäöéüà",
    "da": "abcdefghijklmnopqrstuvwxyzæøåéü",
    "en": "abcdefghijklmnopqrstuvwxyzéï",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
SIGNS = (
    "0123456789 .,:;!?()[]{}/+-—…«»“”„'\"→←·•%°§&@#€≈≤≥₂"
    "\N{EN DASH}\N{MINUS SIGN}\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
)
NEEDED = "".join(LETTERS.values()) + "".join(LETTERS.values()).upper() + SIGNS


def characters(font: Path) -> set[int]:
    """Code points a font has a glyph for."""
    with TTFont(font) as opened:
        return set(opened.getBestCmap())


@pytest.mark.parametrize("weight", [400, 600])
def test_fonts_cover_languages(weight):
    """Every letter of every language and every sign we write has a glyph on the screen."""
    there = characters(assets.font(weight))
    assert {sign for sign in NEEDED if ord(sign) not in there} == set()


def test_web_fonts_are_made_with_the_characters_of_our_languages():
    """The list the web fonts are cut to holds every letter and sign we write."""
    assert {ord(sign) for sign in NEEDED} <= set(build.WEB_CHARACTERS)
    assert all(assets.web_font(weight).read_bytes()[:4] == b"wOF2" for weight in (400, 600))


def test_every_icon_has_a_glyph_and_an_svg():
    """Each icon can be shown on the station and on a page, and the font holds no others."""
    names = set(build.ICON_NAMES.read_text("utf-8").split())
    assert names == set(assets.icons())
    assert {ord(character) for character in assets.icons().values()} <= characters(assets.path(assets.ICON_FONT))
    assert all("currentColor" in assets.icon_svg(name).read_text("utf-8") for name in names)
    assert {svg.stem for svg in (build.ICONS / "svg").iterdir()} == names


def test_every_drawing_has_a_picture_of_today():
    """Each drawing has the picture that was made from it as it is now, and no picture is left over."""
    assert build.out_of_date(build.wanted(), build.built()) == []
    assert assets.drawings() == set(build.wanted())


def test_pictures_have_their_size_and_a_clear_ground():
    """Each picture has its size and a transparent corner, and is the one to draw with where there is such room."""
    for name in assets.drawings():
        for size in build.sizes_of(name):
            with Image.open(assets.drawing(name, size)) as picture:
                assert picture.size == size, name
                assert picture.mode == "RGBA", name
                assert picture.getpixel((0, 0))[3] == 0, name


def test_a_picture_of_one_size_that_is_not_there_is_drawn_anew(tmp_path, monkeypatch):
    """The drawing counts as out of date, also where its other pictures are as they should be."""
    monkeypatch.setattr(build, "PICTURES", tmp_path)
    monkeypatch.setattr(build, "BUILT", tmp_path / "built.json")
    want = {"drill": build.wanted()["drill"]}
    build.draw(want, want)
    assert build.built() == want
    small = tmp_path / "48x48" / "drill.png"
    assert small.read_bytes() == assets.drawing("drill", (40, 40)).read_bytes()
    small.unlink()
    assert build.out_of_date(want, build.built()) == ["drill"]
    build.draw(want, {})
    assert list(tmp_path.glob("*/*.png")) == []


def test_what_is_drawn_is_the_smallest_picture_that_is_large_enough():
    """Where it is wider than it is high, either may be what there is no more room for."""
    for room, size in {(1, 1): "100x64", (150, 500): "199x128", (500, 96): "149x96", (2000, 2000): "796x512"}.items():
        assert assets.drawing("card-and-reader", room).parent.name == size
    assert assets.drawing("drill").parent.name == "256x256"


def test_a_changed_drawing_is_noticed():
    """A drawing that changed, one that is new and a picture left over are each named as out of date."""
    want = {"changed": build.fingerprint(b"<svg/>", "changed"), "new": "1", "same": "2"}
    have = {"changed": build.fingerprint(b"<svg />", "changed"), "same": "2", "left over": "3"}
    assert build.out_of_date(want, have) == ["changed", "left over", "new"]


def test_the_same_drawing_gives_the_same_picture():
    """Drawing again gives the bytes that are shipped."""
    svg = (build.DRAWINGS / "mark.svg").read_text("utf-8")
    for size in build.sizes_of("mark"):
        assert build.picture(svg, *size) == assets.drawing("mark", size).read_bytes()


def test_drawings_are_plain():
    """No drawing has text, a script, a picture inside or a link to elsewhere."""
    for svg in build.DRAWINGS.glob("*.svg"):
        content = svg.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not any(sign in content for sign in ("<text", "<script", "<image", "href", "http")), svg.name


def test_items_name_drawings_that_exist():
    """Every drawing that items.json names for a thing, a part or a category is there."""
    listed = json.loads(assets.path("drawings/items.json").read_text("utf-8"))
    named = set(listed["parts"].values())
    for entry in [*listed["items"].values(), *listed["categories"].values()]:
        named |= {entry["drawing"], *entry.get("parts", {}).values()}
    assert named <= assets.drawings()


@pytest.mark.parametrize("name", ["drawings/png/nothing.png", "../pyproject.toml", "fonts"])
def test_a_missing_asset_is_named(name):
    """Asking for what is not there, lies outside or is a folder says so by name."""
    with pytest.raises(assets.MissingAssetError, match=name):
        assets.path(name)


def test_missing_drawing_and_icon_say_what_to_do():
    """An unknown drawing and an unknown icon tell where to add them."""
    with pytest.raises(assets.MissingAssetError, match="bin/build-assets"):
        assets.drawing("unicorn")
    with pytest.raises(assets.MissingAssetError, match=r"names\.txt"):
        assets.icon("unicorn")


def test_licences_travel_along():
    """The licence texts of fonts and icons are shipped beside them and listed in the notice."""
    assert "SIL OPEN FONT LICENSE" in assets.path("fonts/OFL.txt").read_text("utf-8").upper()
    assert "ISC License" in assets.path("icons/LICENSE.txt").read_text("utf-8")
    notice = assets.path("NOTICE.md").read_text("utf-8")
    assert all(word in notice for word in ("Inter", "Lucide", "drawings made for this project"))


def test_examples_in_the_docstring_are_true():
    """The examples at the top of the package run and give what they show."""
    assert doctest.testmod(assets).failed == 0
