"""Folding on top of what is stored: the same result as folding everything, without reading everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hub.bench import BLOCKED, DRILL, DUE, KNOWN, NOW, OTHER, STRANGER, TENT, Bench, everything
from hub.checks import Delivery, check_each_batch_leaves_what_a_fold_leaves
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lending.cases import CaseKind
from lending.entries import (
    ConditionAnswer,
    DamageReport,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    Renewal,
    Return,
)
from lending.nouns import Condition, Damage, PartAnswer, Shelf
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.journal.models import RawEntry
from sync.hub.ledger import append
from sync.hub.ledger.models import ItemState, OpenLoan, ReviewCase
from sync.hub.review import decisions

_MOMENTS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["loan", "loan", "return", "left", "undo", "renew", "told", "damage", "check", "move"]),
            st.sampled_from([DRILL, DRILL, TENT, "0999999999"]),
            st.sampled_from([KNOWN, OTHER, BLOCKED, STRANGER]),
            st.integers(-3, 5),
        ),
        max_size=6,
    ),
    min_size=3,
    max_size=3,
)


def _fill(bench: Bench, journals: list[list[tuple[str, str, str, int]]]) -> None:
    """Give each station its journal; clocks jump, and a station may undo or renew what it never lent."""
    last = "0" * 32
    for number, moments in enumerate(journals):
        station = bench[number]
        for n, (what, code, card, jump) in enumerate(moments):
            wall = NOW + 1000 * (2 * n + jump)
            if what == "loan":
                parts = (("p0", PartAnswer.MISSING),) if jump == 0 else ()
                last = station.add(Loan(code, DUE, parts, due_doubtful=jump > 4), card, wall=wall)["id"]
                continue
            bodies = {
                "return": Return(code),
                "left": Return(code, last, shelf=Shelf.LEFT),
                "undo": Return(code, last, undo=True),
                "renew": Renewal(code, last, DUE + timedelta(days=7), due_doubtful=jump > 3),
                "told": ConditionAnswer(code, last, Condition.MISSING, ("p0",)),
                "damage": DamageReport(code, Damage.BROKEN),
                "check": ItemChecked(code, Shelf.FREE),
                "move": ItemMoved(code, here=jump > 0) if jump else ItemRegistered(code, "drill"),
            }
            station.add(bodies[what], wall=wall)


@st.composite
def _pieces(draw: st.DrawFn, lengths: Sequence[int]) -> list[Delivery]:
    """Cut three journals into pieces and mix the pieces, so that some come in order and some do not."""
    pieces: list[Delivery] = []
    for number, length in enumerate(lengths):
        cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=3))})
        pieces.extend((number, start, end) for start, end in pairwise(cuts))
    return draw(st.permutations(pieces))


_FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@_FEW
@given(journals=_MOMENTS, data=st.data())
def test_each_batch_leaves_what_a_fold_leaves(
    bench: Bench,  # noqa: ARG001 - it picks the database
    journals: list[Any],
    data: st.DataObject,
):
    """After each batch, in whatever order they come, everything is as it is when all is folded anew."""
    fresh = Bench.furnished()
    _fill(fresh, journals)
    plan = data.draw(_pieces([len(fresh[n].journal) for n in range(3)]))
    check_each_batch_leaves_what_a_fold_leaves(fresh, plan)


def _always(*_: object) -> bool:
    return True


def _whatever_is_undone(last: Any, rows: Any, _entries: Any) -> bool:
    return last is None or append.place_in_order(rows[0]) > last


@pytest.mark.parametrize("defect", [_always, _whatever_is_undone])
def test_folding_on_where_it_is_not_simple_is_caught(
    sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch, defect: Callable[..., bool]
):
    """Planted defects: folding on top of later entries, or over an undone loan, fails the check."""
    monkeypatch.setattr(append, "is_simple", defect)
    late, early = sqlite_bench[0], sqlite_bench[1]
    loan = late.lend(card=BLOCKED, wall=NOW * 2)
    late.add(Return(DRILL, loan["id"], undo=True), wall=NOW * 2 + 1)
    early.lend(wall=NOW)
    plan = [(0, 0, 1), (0, 1, 2)] if defect is _whatever_is_undone else [(0, 0, 1), (1, 0, 1)]
    with pytest.raises(AssertionError):
        check_each_batch_leaves_what_a_fold_leaves(sqlite_bench, plan)


def test_a_batch_in_order_reads_nothing_old(bench: Bench):
    """A loan that comes after a hundred others of its item is counted without opening one of those."""
    station = bench[0]
    for n in range(100):
        station.add((Loan(DRILL, DUE), Return(DRILL))[n % 2], KNOWN if n % 2 == 0 else None, wall=NOW + n)
    bench.take(station)
    RawEntry.objects.update(wire="unreadable on purpose")
    station.lend(wall=NOW + 200)
    bench.take(station, station.journal[100:])
    assert ItemState.objects.get().times_lent == 51
    assert OpenLoan.objects.get().seq == 101


def test_a_loan_that_staff_ended_is_still_looked_back_at(bench: Bench):
    """A third loan after staff ended the first of two names the loans that a full fold names."""
    for number, card in enumerate((KNOWN, OTHER, BLOCKED)):
        bench[number].lend(card=card, wall=NOW + number)
    bench.take(bench[0])
    bench.take(bench[1])
    assert decisions.accept([ReviewCase.objects.get().pk], "anna", "", now_ms())
    bench.take(bench[2])
    before = everything()
    commands.refold()
    assert everything() == before
    assert max(len(row.entry_ids) for row in ReviewCase.objects.filter(kind=CaseKind.LENT_TWICE)) == 3


def test_a_hub_from_before_folds_on_after_its_first_full_fold(bench: Bench):
    """An item stored by an older version, without its place in the order, is folded whole once, then folded on."""
    station = bench[0]
    station.lend(wall=NOW)
    bench.take(station)
    ItemState.objects.update(last_ms=None)
    station.take_back(wall=NOW + 1)
    bench.take(station, station.journal[1:])
    state = ItemState.objects.get()
    assert (state.last_ms, state.last_seq, state.times_lent) == (NOW + 1, 2, 1)
