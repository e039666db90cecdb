"""What a run of forgetting did, in plain English."""

from __future__ import annotations

from sync.hub.forgetting.parts import Kept
from sync.hub.forgetting.run import Forgotten

_WHY = {
    Kept.OPEN: "a loan or hold that is still open",
    Kept.LATELY: "of a loan that ended less than the rules' retention_days ago, or by an answer that can be undone",
    Kept.CASE: "in a case that is open, or was until lately",
    Kept.KOHA: "Koha has not been told of it yet",
    Kept.ASIDE: "staff have not settled yet what of a journal counts, or a gap before it is not filled",
    Kept.DUE: "not folded yet",
}


def lines_of_run(done: Forgotten, *, dry: bool) -> list[str]:
    """Return lines that say how much was forgotten, or would be if it was a dry run, and what is kept and why."""
    said = "Would forget" if dry else "Forgot"
    entries = done.entries + done.aside
    lines = [f"{said} who {entries} entries ({done.loans} loans) and {done.holds} holds were about."]
    lines += [f"Kept {count}: {_WHY[why]}." for why, count in sorted(done.kept.items()) if count]
    if not done.erased_from_log:
        lines.append("The write-ahead log was in use: it still holds what was forgotten. Run this again.")
    return lines
