"""Cases of more things out on one card than its limit: a patron's loans, gone through after the items' fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from django.db.models import Q

from lending.cases import Case
from lending.explain import Explanation
from lending.limits import Span, explain_over_limit, find_over_limit
from sync.hub.database import lock_patrons
from sync.hub.journal.models import PersonalPart, RawEntry
from sync.hub.ledger.cases import sync_over_limit
from sync.hub.ledger.models import LoanSpan, StaffReturn
from sync.hub.ledger.rules_then import EVER, RulesThen
from sync.hub.ledger.spans import Changed, span_of
from sync.hub.patrons.models import LibraryCard

_AT_ONCE = 400


def refold_patrons_of(changed: Changed, now_ms: int, also: Iterable[str] = ()) -> None:
    """Find anew the cases of the patrons who made these loans, from when on that can matter, and all cases of those
    in `also` (patron_ref). Runs inside a transaction, after the items' fold.
    """
    since = dict[str, int]()
    for some in _pieces(sorted(changed)):
        rows = PersonalPart.objects.filter(entry__entry_id__in=some).exclude(patron_ref="")
        for ref, loan in rows.values_list("patron_ref", "entry__entry_id"):
            since[ref] = min(since.get(ref, changed[loan]), changed[loan])
    _refold_patrons(since | dict.fromkeys(also, EVER), changed.keys(), now_ms)


def refold_all_patrons(now_ms: int) -> None:
    """Find the cases of everybody anew."""
    rows = PersonalPart.objects.filter(entry__kind="loan").exclude(patron_ref="")
    _refold_patrons(dict.fromkeys(rows.values_list("patron_ref", flat=True), EVER), frozenset(), now_ms)


def _refold_patrons(since: Mapping[str, int], changed: AbstractSet[str], now_ms: int) -> None:
    """Make the cases of these patrons those of their loans, each from a time on (Unix ms), as the spans say."""
    if not since:
        return
    lock_patrons(since)
    rules = RulesThen()
    for some in _pieces(sorted(since)):
        _refold_some({ref: since[ref] for ref in some}, changed, rules, now_ms)


def _refold_some(since: Mapping[str, int], changed: AbstractSet[str], rules: RulesThen, now_ms: int) -> None:
    loans = loans_of(list(since))
    if not loans:
        return
    categories = dict(LibraryCard.objects.filter(patron_ref__in=since).values_list("patron_ref", "category"))
    # A loan that was over before counts for none that is looked at.
    spans = _spans((loan for some in loans.values() for loan in some), min(since.values()))
    ended = _ended_by_staff(spans)
    counted = {loan: span for loan, span in spans.items() if loan not in ended}
    found, looked_at = list[Case](), list[str]()
    for ref, some in loans.items():
        looked_at += [one for one in some if one in changed or (one in spans and spans[one].start[0] >= since[ref])]
        if ref in categories:  # a card nobody knows is another case
            every = find_over_limit((counted[one] for one in some if one in counted), rules.limit_of(categories[ref]))
            found += [case for case in every if case.at_ms >= since[ref]]
    # Of those looked at from the start, loans without a span can have cases too: they were undone.
    if EVER in since.values():
        looked_at += [one for ref, some in loans.items() if since[ref] == EVER for one in some if one not in spans]
    sync_over_limit(looked_at, found, lambda case: _explain(case, counted, ended), now_ms)


def _explain(case: Case, loans: Mapping[str, Span], ended: AbstractSet[str]) -> Explanation:
    rows = RawEntry.objects.filter(entry_id__in=case.entry_ids, personal=None)
    return explain_over_limit(case, loans, ended, set(rows.values_list("entry_id", flat=True)))


def loans_of(refs: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the loans of each patron, by entry id, those too that do not count."""
    rows = PersonalPart.objects.filter(patron_ref__in=refs, entry__kind="loan")
    by_ref = defaultdict(list)
    for ref, loan in rows.values_list("patron_ref", "entry__entry_id"):
        by_ref[ref].append(loan)
    return by_ref


def _ended_by_staff(loans: Iterable[str]) -> set[str]:
    """Return the loans that staff have ended: when, nobody knows, so they are not counted at all."""
    return {
        loan
        for some in _pieces(loans)
        for loan in StaffReturn.objects.filter(loan__in=some).values_list("loan", flat=True)
    }


def _spans(loans: Iterable[str], since_ms: int) -> dict[str, Span]:
    """Return the spans of these loans that reach to `since_ms` or beyond."""
    late = Q(end_ms=None) | Q(end_ms__gte=since_ms)
    rows = (row for some in _pieces(loans) for row in LoanSpan.objects.filter(late, entry_id__in=some))
    return {row.entry_id: span_of(row) for row in rows}


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
