"""Tables derived from the journals, and the cases with what staff said of them."""

from __future__ import annotations

from django.db import models


class OpenLoan(models.Model):
    """A loan nothing has closed yet. `patron_ref` is empty where the personal part has been erased."""

    entry_id = models.CharField(max_length=40, primary_key=True)
    item = models.CharField(max_length=200, db_index=True)
    patron_ref = models.CharField(max_length=200, default="", db_index=True)
    station = models.CharField(max_length=64, db_index=True)
    seq = models.PositiveBigIntegerField()
    lent_ms = models.BigIntegerField()
    due = models.DateField()
    provisional = models.BooleanField()
    renewals = models.PositiveIntegerField(default=0)

    class Meta:
        """The list of what is out has an index in its order."""

        indexes = (models.Index(fields=["due", "lent_ms", "entry_id"], name="loans_by_due"),)

    def __str__(self) -> str:
        return f"loan of {self.item}"


class ItemState(models.Model):
    """What all entries say of one item. `place` is the station it stands at, empty while it is out.

    The columns from `last_ms` on are for `sync.hub.ledger.append`: the place of the newest entry in the one order,
    None where nobody noted it yet, and whether a loan has been undone that is not held yet.
    """

    item = models.CharField(max_length=200, primary_key=True)
    place = models.CharField(max_length=64, default="")
    shelf = models.CharField(max_length=16, default="free")
    condition = models.CharField(max_length=16)
    missing = models.JSONField(default=list)
    times_lent = models.PositiveIntegerField()
    last_loan = models.CharField(max_length=40, default="")
    last_ms = models.BigIntegerField(null=True)
    last_station = models.CharField(max_length=64, default="")
    last_epoch = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveBigIntegerField(default=0)
    undone_ahead = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"state of {self.item}"


class DueKind(models.TextChoices):
    """What is to be folded."""

    ITEM = "item"
    HOLD = "hold"


class LedgerDue(models.Model):
    """A mark that an item or a hold is to be folded anew. The same name may be due more than once.

    `tries` is how often that failed, `not_before_ms` when it is tried again (Unix ms).
    """

    kind = models.CharField(max_length=8, choices=DueKind.choices)
    name = models.CharField(max_length=200, db_index=True)
    tries = models.PositiveIntegerField(default=0)
    not_before_ms = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} due"


class CaseState(models.TextChoices):
    """Where a case stands. EXPLAINED: what came later explains it, nobody had to answer."""

    OPEN = "open"
    DECIDED = "decided"
    EXPLAINED = "explained"


class ReviewCase(models.Model):
    """One thing a person must look at. `key` is the same whenever it is found again.

    `found` says whether the journals still show it, and `why`, where they do not, what explains it (see
    `cases.as_plain`); `decision` is what staff answered, empty before.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=32)
    risk = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=200, db_index=True, default="")
    station = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    entry_ids = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    reason = models.CharField(max_length=300, default="")
    found = models.BooleanField(default=True)
    why = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=CaseState.choices, default=CaseState.OPEN)
    decision = models.CharField(max_length=16, default="")
    note = models.CharField(max_length=1000, default="")
    decided_by = models.CharField(max_length=150, default="")
    decided_ms = models.BigIntegerField(null=True)

    class Meta:
        """Each way to look at the list has an index that holds its order, so that a page costs the same for ever."""

        indexes = (
            models.Index(fields=["state", "risk", "at_ms", "id"], name="cases_by_risk"),
            models.Index(fields=["kind", "state", "risk", "at_ms", "id"], name="cases_of_kind"),
            models.Index(fields=["station", "state", "risk", "at_ms", "id"], name="cases_of_station"),
            models.Index(fields=["state", "decided_ms", "id"], name="cases_decided"),
        )

    def __str__(self) -> str:
        return f"case {self.pk}: {self.kind}"


class CaseEvent(models.Model):
    """One line of a case's audit trail. Only ever added to. `why` is the explanation with which a case closed."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="events")
    at_ms = models.BigIntegerField()
    what = models.CharField(max_length=32)
    who = models.CharField(max_length=150, default="")
    note = models.CharField(max_length=1000, default="")
    why = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.what} ({self.case_id})"


class StaffReturn(models.Model):
    """Staff decided in a case that this loan is over. Removed when the decision is undone."""

    loan = models.CharField(max_length=40, primary_key=True)
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"loan {self.loan} closed by staff"


class LoanSpan(models.Model):
    """From when to when a loan held its item, for counting what is out on a card (see `lending.limits`).

    Start and end are places in the one order, the end without values while the thing is out. Whose loan it is stands
    in the entry's personal part alone.
    """

    entry_id = models.CharField(max_length=40, primary_key=True)
    item = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()
    station = models.CharField(max_length=64)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    end_ms = models.BigIntegerField(null=True)
    end_station = models.CharField(max_length=64, default="")
    end_epoch = models.PositiveIntegerField(default=0)
    end_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        """What is out of an item, and what was lent since a day, is found without reading all that ever was."""

        indexes = (
            models.Index(fields=["item", "end_ms"], name="spans_of_item"),
            models.Index(fields=["at_ms", "station"], name="spans_since"),
        )

    def __str__(self) -> str:
        return f"span of {self.item}"


class KeptBack(models.Model):
    """That an item was not to be lent from `from_ms` to before `until_ms`, and why: a `lending.rules.Reason`.

    `home` is the one station where it could be lent nevertheless, empty for none.
    """

    item = models.CharField(max_length=64, db_index=True)
    why = models.CharField(max_length=32)
    home = models.CharField(max_length=64, default="")
    from_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.item}: {self.why}"


class RulesSince(models.Model):
    """The rules (as the feed holds them) that hold from `since_ms` on."""

    since_ms = models.BigIntegerField(unique=True)
    rules = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"rules since {self.since_ms}"
