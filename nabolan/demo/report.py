"""What the tour leaves behind: `tour.json` with the figures, `index.html` with the pictures."""

from __future__ import annotations

import html
import json
from pathlib import Path
from statistics import median
from typing import Any

from nabolan.demo.story import Measured

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Nabolån: one afternoon at a station</title>
<style>
body {{ margin: 0 auto; max-width: 1240px; padding: 32px; background: #F6F3EC; color: #14211D;
  font: 17px/1.4 Inter, "Noto Sans", sans-serif }}
h1 {{ font-size: 30px; line-height: 1.2; margin: 0 0 8px }}
p {{ color: #4A5A54; max-width: 60ch }}
ol {{ list-style: none; padding: 0; display: grid; gap: 24px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)) }}
li {{ background: #fff; border: 1px solid #E3DCCD; border-radius: 16px; overflow: hidden }}
img {{ display: block; width: 100%; height: auto; border-bottom: 1px solid #E3DCCD }}
figcaption, figure {{ margin: 0 }} figcaption {{ padding: 16px 20px }}
b {{ color: #0B5B4C }}
table {{ border-collapse: collapse }} td {{ padding: 4px 24px 4px 0 }}
td + td {{ text-align: right; font-weight: 600 }}
</style>
<h1>One afternoon at a station</h1>
<p>A resident borrows a drill, the network goes, a neighbour borrows a tent, the drill comes back without a battery,
strangers come, the power goes in the middle of a visit, and in the end everything is at the hub, once.</p>
<table>{figures}</table>
<ol>{screens}</ol>
</html>
"""


def write_report(folder: Path, tour: dict[str, Any]) -> None:
    """Write `tour.json` and `index.html` into `folder`."""
    (folder / "tour.json").write_text(json.dumps(tour, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shown = ("loans", "returns", "entries_station", "entries_hub", "lost", "duplicated")
    rows = "".join(f"<tr><td>{name.replace('_', ' ')}</td><td>{tour[name]}</td></tr>" for name in shown)
    rows += f"<tr><td>review cases</td><td>{html.escape(', '.join(tour['cases']).replace('_', ' '))}</td></tr>"
    rows += "".join(
        f"<tr><td>{html.escape(name.replace('_', ' '))}</td><td>{value} ms</td></tr>"
        for name, value in tour["timings_ms"].items()
    )
    screens = "".join(
        f'<li><figure><a href="{s["file"]}"><img src="{s["file"]}" alt="" loading="lazy"></a>'
        f"<figcaption><b>{number}</b> {html.escape(s['title'])}</figcaption></figure></li>"
        for number, s in enumerate(tour["screens"], 1)
    )
    (folder / "index.html").write_text(_PAGE.format(figures=rows, screens=screens), encoding="utf-8")


def timings(measured: Measured) -> dict[str, float]:
    """Return the middle value of everything that was measured, in milliseconds."""
    named = {
        "card_to_account_p50": measured.card_to_account,
        "scan_to_confirmed_p50": measured.scan_to_confirmed,
        "commit_p50": measured.commit,
    }
    return {name: round(median(values), 2) for name, values in named.items() if values}
