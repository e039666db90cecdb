"""Makes the files of `assets/` that are made from others: drawings as pictures, icon font, web fonts.

`bin/build-assets` draws every changed drawing anew and prunes pictures without a drawing.
`bin/build-assets --check` changes nothing and tells with exit code 1 that something is out of date.
`bin/build-assets --fonts-from DIR` takes fonts and icons anew from unpacked packages in DIR:
`expo-inter/` (npm: @expo-google-fonts/inter) and `lucide/` (npm: lucide-static); needs `brotli`.

Only this module needs Pillow, resvg and fontTools; a station and a hub read what it has made.
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
DRAWINGS = HERE / "drawings"
PICTURES = DRAWINGS / "png"
BUILT = PICTURES / "built.json"
FONTS = HERE / "fonts"
ICONS = HERE / "icons"

RECIPE = 1
"""Raised whenever the same drawing would give another picture."""

SIDES = (48, 64, 96, 128, 192, 256)
"""Widths and heights in pixels of the pictures of a usual drawing. A station draws with the next larger one: that is
made smaller by a third at most (what is below 32 pixels by half), so it is sharp without a set of smaller ones.
"""
_SCENE = tuple((round(height * 796 / 512), height) for height in (64, 96, 128, 192, 256, 384, 512))
_MARK = tuple((side, side) for side in SIDES if side <= 128)  # noqa: PLR2004
OWN_SIZES = {"card-and-reader": _SCENE, "card-and-reader-contrast": _SCENE, "mark": _MARK, "mark-contrast": _MARK}

SUPERSAMPLING = 4
EDGE_PIXELS = 12
"""How far the colour of an edge goes on, unseen, under transparency; so that scaling shows no dark rim."""

ICON_NAMES = ICONS / "names.txt"
"""The icons that are used, by their Lucide names, one a line."""

WEB_CHARACTERS = (
    *range(0x20, 0x7F),  # Latin
    *range(0xA0, 0x180),  # Latin with the letters of the Nordic languages, Northern Sámi among them
    *range(0x218, 0x21C),
    *range(0x400, 0x460),  # Cyrillic
    0x490,
    0x491,
    0x2BC,  # the apostrophe of Ukrainian
    *range(0x2010, 0x2027),  # dashes, quotation marks, bullet, ellipsis
    0x202F,
    0x2030,
    0x2032,
    0x2033,
    0x2039,
    0x203A,
    0x2044,
    0x2082,  # the 2 of CO2
    0x20AC,
    0x2116,
    *range(0x2190, 0x2194),  # arrows
    0x2212,
    0x2248,
    0x2264,
    0x2265,
    0x2713,
)


def sizes_of(name: str) -> tuple[tuple[int, int], ...]:
    """Return width and height in pixels of the pictures of the drawing `name`."""
    return OWN_SIZES.get(name, tuple((side, side) for side in SIDES))


def pictures_of(name: str) -> dict[Path, tuple[int, int]]:
    """Return the pictures of the drawing `name`, each in the folder of its size, with width and height."""
    return {PICTURES / f"{width}x{height}" / f"{name}.png": (width, height) for width, height in sizes_of(name)}


def fingerprint(svg: bytes, name: str) -> str:
    """Return the same text as long as drawing, size and recipe are the same."""
    sizes = " ".join(f"{width}x{height}" for width, height in sizes_of(name))
    return hashlib.sha256(f"{RECIPE} {sizes} ".encode() + svg).hexdigest()[:16]


def wanted() -> dict[str, str]:
    """Return the fingerprint of every drawing by its name."""
    return {svg.stem: fingerprint(svg.read_bytes(), svg.stem) for svg in sorted(DRAWINGS.glob("*.svg"))}


def built() -> dict[str, str]:
    """Return the fingerprints the pictures were drawn from; of a picture that is not there, none."""
    if not BUILT.exists():
        return {}
    noted: dict[str, str] = json.loads(BUILT.read_text("utf-8"))
    return {name: print_ for name, print_ in noted.items() if all(file.exists() for file in pictures_of(name))}


def out_of_date(want: Mapping[str, str], have: Mapping[str, str]) -> list[str]:
    """Names whose picture is missing, old, or left over from a drawing that is gone."""
    return sorted(name for name in want.keys() | have.keys() if want.get(name) != have.get(name))


def picture(svg: str, width: int, height: int) -> bytes:
    """Draw `svg` as a PNG of that size on transparent ground."""
    import resvg_py  # noqa: PLC0415 - stations have no need of it
    from PIL import Image  # noqa: PLC0415

    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width * SUPERSAMPLING,
        height=height * SUPERSAMPLING,
        skip_system_fonts=True,
    )
    large = Image.open(io.BytesIO(drawn)).convert("RGBa")
    small = large.resize((width, height), Image.Resampling.BOX).convert("RGBA")
    alpha = small.getchannel("A")
    ground = small
    for _ in range(EDGE_PIXELS):
        wider = Image.new("RGBA", small.size)
        for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0)):
            wider.paste(ground, (dx, dy), ground.getchannel("A").point(lambda a: 255 * (a > 0)))
        wider.paste(ground, (0, 0), ground.getchannel("A").point(lambda a: 255 * (a > 0)))
        ground = wider
    ground.putalpha(alpha)
    out = io.BytesIO()
    ground.save(out, "PNG", optimize=True)
    return out.getvalue()


def draw(names: Iterable[str], want: Mapping[str, str]) -> None:
    """Draw the pictures of `names` anew and note what they were drawn from."""
    for name in names:
        for target, size in pictures_of(name).items():
            if name in want:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(picture((DRAWINGS / f"{name}.svg").read_text("utf-8"), *size))
            else:
                target.unlink(missing_ok=True)
    BUILT.write_text(json.dumps(dict(want), indent=1) + "\n", "utf-8")


def take_fonts(inter: Path) -> None:
    """Take Inter from the unpacked npm package, whole for the station and as WOFF2 for the pages."""
    (FONTS / "web").mkdir(exist_ok=True)
    shutil.copyfile(inter / "LICENSE_FONT", FONTS / "OFL.txt")
    for source, name in (
        ("400Regular/Inter_400Regular.ttf", "Inter-Regular"),
        ("600SemiBold/Inter_600SemiBold.ttf", "Inter-SemiBold"),
    ):
        shutil.copyfile(inter / source, FONTS / f"{name}.ttf")
        subset(FONTS / f"{name}.ttf", FONTS / "web" / f"{name}.woff2", WEB_CHARACTERS, "woff2")


def take_icons(lucide: Path) -> None:
    """Take the icons of `icons/names.txt` from the unpacked npm package: one small font, and each as SVG."""
    codes: dict[str, int] = json.loads((lucide / "font" / "codepoints.json").read_text("utf-8"))
    chosen = {name: codes[name] for name in sorted(ICON_NAMES.read_text("utf-8").split())}
    shutil.copyfile(lucide / "LICENSE", ICONS / "LICENSE.txt")
    shutil.rmtree(ICONS / "svg", ignore_errors=True)
    (ICONS / "svg").mkdir(parents=True)
    for name in chosen:
        shutil.copyfile(lucide / "icons" / f"{name}.svg", ICONS / "svg" / f"{name}.svg")
    subset(lucide / "font" / "lucide.ttf", ICONS / "lucide.ttf", chosen.values(), None)
    as_hex = {name: f"{code:04x}" for name, code in chosen.items()}
    (ICONS / "icons.json").write_text(json.dumps(as_hex, indent=1) + "\n", "utf-8")


def subset(source: Path, target: Path, characters: Iterable[int], flavor: str | None) -> None:
    """Write a font with only `characters`; the same font in gives the same bytes out."""
    # Stations have no need of fontTools, and it brings no types.
    from fontTools import subset as fonttools_subset  # type: ignore[import-untyped]  # noqa: PLC0415

    options = fonttools_subset.Options(
        flavor=flavor,
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "case"],
        recalc_timestamp=False,
        notdef_outline=True,
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    font = fonttools_subset.load_font(str(source), options)
    maker = fonttools_subset.Subsetter(options)
    maker.populate(unicodes=list(characters))
    maker.subset(font)
    fonttools_subset.save_font(font, str(target), options)


def main(arguments: Sequence[str]) -> int:
    """Build or check; return the exit code."""
    parser = argparse.ArgumentParser(prog="build-assets", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when out of date")
    parser.add_argument("--all", action="store_true", help="draw every picture anew")
    parser.add_argument("--fonts-from", type=Path, metavar="DIR", help="take fonts and icons from DIR")
    chosen = parser.parse_args(arguments)
    if chosen.fonts_from is not None:
        take_fonts(chosen.fonts_from / "expo-inter")
        take_icons(chosen.fonts_from / "lucide")
        return 0
    want = wanted()
    old = sorted(want) if chosen.all else out_of_date(want, built())
    if chosen.check:
        sys.stdout.write("".join(f"out of date: {name}\n" for name in old))
        return 1 if old else 0
    draw(old, want)
    sys.stdout.write(f"{len(old)} drawn, {len(want)} in all\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
