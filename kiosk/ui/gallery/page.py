"""The page over all pictures. It works from the folder it lies in, with no network and no server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import assets
from kiosk.ui.gallery.looks import Look

_TEMPLATE = Path(__file__).with_name("page.html")
_DATA = "/*DATA*/null"


def write_page(
    out: Path,
    looks: Sequence[Look],
    groups: Mapping[str, Sequence[str]],
    findings: Sequence[Mapping[str, Any]] = (),
    pages: Mapping[str, int] | None = None,
) -> Path:
    """Write `index.html` and its two fonts into `out`, over the pictures that lie there, and return its path.

    `pages` tells, by `folder/name`, how many pictures an example has that is paged: `name-2.png` is its second page.
    `findings` are those of `measured.json`; each stands under its picture.
    """
    fonts = out / "fonts"
    fonts.mkdir(exist_ok=True)
    for font in (assets.web_font(400), assets.web_font(600)):
        shutil.copyfile(font, fonts / font.name)
    data = {
        "groups": [{"name": group, "examples": list(names)} for group, names in groups.items()],
        "looks": [look.as_dict() for look in looks],
        "findings": list(findings),
        "pages": dict(pages or {}),
    }
    page = out / "index.html"
    plain = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    page.write_text(_TEMPLATE.read_text(encoding="utf-8").replace(_DATA, plain), encoding="utf-8")
    return page
