"""The side-by-side benchmark measures what it says, at a tiny size and without any peer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import sync
from bench.bare import push_bare
from bench.figures import Figure, table
from bench.peers.result import PeerResult, read_result
from bench.throwaway import NotThereError

ENTRIES = 30


def test_a_push_is_counted_only_if_every_entry_has_its_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A real station pushes to a real hub process, and the bare endpoint takes the same entries."""
    monkeypatch.setattr(sync, "ITEMS", 50)
    monkeypatch.setattr(sync, "EMPTY_ROUNDS", 3)
    kept = tmp_path / "entries.jsonl"
    ours = sync.push_to_hub(tmp_path, "", ENTRIES, 1, keep=kept)
    wires = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    assert [wire["seq"] for wire in wires] == list(range(1, ENTRIES + 1))
    assert (len(ours.push_s), len(ours.caught_up_s)) == (1, 1)
    assert len(ours.empty_ms) == sync.EMPTY_ROUNDS
    assert push_bare(tmp_path, wires) > 0


def test_a_peer_is_believed_only_about_all_entries():
    """A peer's last line is its result; anything else, or another number of entries, is refused."""
    good = 'noise\n{"entries": 30, "seconds": [2.0, 3.0], "empty_ms": [10]}\n'
    assert read_result(good, 30) == PeerResult(30, (2.0, 3.0), (10.0,))
    for wrong in ("", "noise", '{"entries": 29, "seconds": [1], "empty_ms": []}', '{"entries": 30, "seconds": []}'):
        with pytest.raises(ValueError, match="peer"):
            read_result(wrong, 30)


def test_the_figures_put_rates_beside_each_other():
    """A push of 0.5 s beside 2.5 s is five times as fast and meets a goal of five; one of 0.6 s misses it."""
    ours = sync.Ours([0.5, 0.4, 0.6], [3.0] * 20, [0.0])
    peer = PeerResult(1000, (2.5,), (10.0,))
    found = {figure.name: figure for figure in sync.figures(1000, ours, None, [0.25], peer, None)}
    beside = found["push, SQLite, beside PouchDB 9.0.0"]
    assert (beside.value, beside.baseline, beside.ratio, beside.met) == (2000, 400, 5, True)
    slower = sync.Ours([0.6], [3.0], [6.0])
    found = {figure.name: figure for figure in sync.figures(1000, slower, None, [0.25], peer, None)}
    assert found["push, SQLite, beside PouchDB 9.0.0"].met is False
    assert found["caught up after the last batch, SQLite"].met is False
    assert "MISSED" in table(list(found.values()))
    assert not any("morango" in name or "PostgreSQL" in name for name in found)


def test_a_goal_can_be_a_lower_bound():
    """`at_least` turns the goal round."""
    assert Figure("rate", 10, "/s", 2, 5, at_least=True).met is True
    assert Figure("rate", 9, "/s", 2, 5, at_least=True).met is False
    assert Figure("time", 9, "s", 2, 5).met is True


def test_what_cannot_be_had_is_said_and_left_out(capsys: pytest.CaptureFixture[str]):
    """A peer that cannot be installed is named loudly; the others go on."""

    def missing() -> int:
        raise NotThereError("npm is not installed here")

    assert sync.or_not("PouchDB", missing) is None
    assert "NOT MEASURED: PouchDB" in capsys.readouterr().err
