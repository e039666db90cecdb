"""Rules stop a loan before it happens, each with its reason and a way on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.library import CHAINSAW, HAMMER, HERE, SANDER, THERE

from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import (
    AgeStep,
    CardFacts,
    Hold,
    ItemState,
    PatronRule,
    RiskClass,
    Rules,
    Shelf,
    Standing,
    Text,
)
from lending.rules import RULES, WAY_ON, Asked, Reason, card_refuses, loan_refused, may_hold, may_renew

TODAY = date(2026, 11, 22)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
KNOWN, UNKNOWN = CardFacts(Standing.KNOWN), CardFacts(Standing.UNKNOWN)
RULES_HERE = Rules(loan_limit=3, provisional_limit=1)
LOAN = OpenLoan("e", "x", "1:me", "s", 1, 0, date(2026, 12, 6), provisional=False)
OUT = ItemLedger(HAMMER.code, (LOAN,), shelf=Shelf.OUT)


def asked(item=HAMMER, **changes):
    """Return the question of a known card for the hammer, which nothing speaks against, with these changes."""
    plain = Asked(item, ItemLedger(item.code), KNOWN, "1:me", [], [], RULES_HERE, TODAY, HERE)
    return replace(plain, **changes)


def loans(count, category="tools"):
    return [(LOAN, category)] * count


def card(**facts):
    return CardFacts(Standing.KNOWN, **facts)


def hold(item=HAMMER.code, ref="1:other", until=TODAY, thing="hammer"):
    return Hold("h", thing, ref, until, item)


def of_child(risk_class):
    return replace(RULES_HERE, patron_rules=(("child", PatronRule(1, risk_class)),))


NEARLY = [
    ("nothing against it", asked(), None),
    # the card
    ("blocked", asked(card=CardFacts(Standing.BLOCKED)), Reason.CARD_BLOCKED),
    ("expired by the feed", asked(card=CardFacts(Standing.EXPIRED)), Reason.CARD_EXPIRED),
    ("last day", asked(card=card(expires=TODAY)), None),
    ("ran out yesterday", asked(card=card(expires=YESTERDAY)), Reason.CARD_EXPIRED),
    ("ran out by a doubtful clock", asked(card=card(expires=YESTERDAY), clock_doubtful=True), None),
    ("expired by the feed, doubtful clock", asked(card=CardFacts(Standing.EXPIRED), clock_doubtful=True), "expired"),
    # the item
    ("out", asked(ledger=OUT), Reason.ALREADY_OUT),
    ("broken", asked(replace(HAMMER, state=ItemState.BROKEN)), Reason.ITEM_BROKEN),
    ("in inspection", asked(replace(HAMMER, state=ItemState.IN_INSPECTION)), Reason.ITEM_IN_INSPECTION),
    ("not for loan", asked(replace(HAMMER, state=ItemState.NOT_FOR_LOAN)), Reason.NOT_FOR_LOAN),
    ("last day before inspection", asked(replace(HAMMER, inspect_by=TODAY)), None),
    ("inspection overdue", asked(replace(HAMMER, inspect_by=YESTERDAY)), Reason.INSPECTION_OVERDUE),
    ("class C merely left", asked(CHAINSAW, ledger=ItemLedger("c", shelf=Shelf.LEFT)), Reason.NOT_CHECKED_YET),
    ("class A reported unsafe", asked(ledger=ItemLedger("a", shelf=Shelf.STOPPED)), Reason.REPORTED_UNSAFE),
    ("class B merely left", asked(SANDER, ledger=ItemLedger("b", shelf=Shelf.LEFT)), None),
    ("class C checked", asked(CHAINSAW, card=card(trainings=frozenset({"saws"}))), None),
    ("stays home, at home", asked(replace(HAMMER, stays_home=True)), None),
    ("stays home, elsewhere", asked(replace(HAMMER, stays_home=True), station=THERE), Reason.AT_OTHER_STATION),
    ("travels", asked(station=THERE), None),
    ("held for somebody else", asked(holds=[hold()]), Reason.HELD_FOR_OTHER),
    ("held for me", asked(holds=[hold(ref="1:me")]), None),
    ("hold lapsed", asked(holds=[hold(until=YESTERDAY)]), None),
    ("another copy held", asked(holds=[hold(item="y"), hold(item=None)]), None),
    ("held for me, and for somebody else", asked(holds=[hold(ref="1:me"), hold()]), Reason.HELD_FOR_OTHER),
    # the person
    ("class within the category", asked(SANDER, card=card(category="child"), rules=of_child(RiskClass.B)), None),
    ("class above it", asked(SANDER, card=card(category="child"), rules=of_child(RiskClass.A)), "category"),
    ("exactly old enough", asked(replace(HAMMER, min_age=18), card=card(age_from=18)), None),
    ("too young", asked(replace(HAMMER, min_age=18), card=card(age_from=17)), Reason.TOO_YOUNG),
    ("age unknown", asked(replace(HAMMER, min_age=18)), None),
    ("age one", asked(replace(HAMMER, min_age=1), card=card(age_from=0)), Reason.TOO_YOUNG),
    ("unknown card with an age", asked(replace(HAMMER, min_age=18), card=replace(UNKNOWN, age_from=3)), None),
    ("no training", asked(replace(HAMMER, training="saws")), Reason.TRAINING_NEEDED),
    ("other training", asked(replace(HAMMER, training="saws"), card=card(trainings=frozenset({"x"}))), "training"),
    ("trained", asked(replace(HAMMER, training="saws"), card=card(trainings=frozenset({"saws"}))), None),
    ("unknown card, first thing", asked(card=UNKNOWN), None),
    ("unknown card, second thing", asked(card=UNKNOWN, loans=loans(1)), Reason.PROVISIONAL_LIMIT),
    ("unknown card, class B", asked(SANDER, card=UNKNOWN), None),
    ("unknown card, class C", asked(CHAINSAW, card=UNKNOWN), Reason.PROVISIONAL_CLASS),
    # the counts
    ("below the limit", asked(loans=loans(2)), None),
    ("at the limit", asked(loans=loans(3)), Reason.LIMIT_REACHED),
    ("over the limit", asked(loans=loans(4)), Reason.LIMIT_REACHED),
    (
        "at the limit of the category",
        asked(loans=loans(1), card=card(category="child"), rules=of_child(RiskClass.C)),
        Reason.LIMIT_REACHED,
    ),
    ("below the limit of a kind", asked(loans=loans(1), rules=Rules(kind_limits=(("tools", 2),))), None),
    ("at the limit of a kind", asked(loans=loans(2), rules=Rules(kind_limits=(("tools", 2),))), Reason.KIND_LIMIT),
    ("things of another kind", asked(loans=loans(2, "sports"), rules=Rules(kind_limits=(("tools", 2),))), None),
    ("data just young enough", asked(loans=loans(3), rules=Rules(), data_age_hours=72.0), None),
    ("old data", asked(loans=loans(3), rules=Rules(), data_age_hours=72.1), Reason.DATA_OLD_LIMIT),
    ("old data, below its limit", asked(loans=loans(2), rules=Rules(), data_age_hours=72.1), None),
    ("very old data", asked(loans=loans(1), rules=Rules(), data_age_hours=336.1), Reason.DATA_OLD_LIMIT),
    ("old data, class B", asked(SANDER, data_age_hours=72.1), None),
    (
        "old data, class C",
        asked(CHAINSAW, card=card(trainings=frozenset({"saws"})), data_age_hours=72.1),
        Reason.DATA_OLD_CLASS,
    ),
]
SHORT = {"expired": Reason.CARD_EXPIRED, "category": Reason.PATRON_CATEGORY, "training": Reason.TRAINING_NEEDED}


@pytest.mark.parametrize(("question", "reason"), [row[1:] for row in NEARLY], ids=[row[0] for row in NEARLY])
def test_each_rule_refuses_from_its_figure_on_and_not_before(question, reason):
    """Every rule refuses exactly from its boundary on, with its own reason."""
    assert loan_refused(question) is SHORT.get(reason, reason)


def test_every_reason_a_rule_can_give_is_tried():
    """No rule goes untried: each reason but the one for unknown items is given by some row of the table."""
    given = {SHORT.get(reason, reason) for _, _, reason in NEARLY}
    assert given - {None} == set(Reason) - {Reason.ITEM_UNKNOWN}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_left_out_is_noticed(rule):
    """The table notices any rule that is taken away."""
    rest = [other for other in RULES if other is not rule]
    answers = [next((r for other in rest if (r := other(question))), None) for _, question, _ in NEARLY]
    assert answers != [SHORT.get(reason, reason) for _, _, reason in NEARLY]


def test_every_reason_has_a_way_on():
    """Whatever is refused, the resident is told what to do instead."""
    assert set(WAY_ON) == set(Reason)


def test_the_card_is_told_first_then_the_item_then_the_person_then_the_count():
    """Of several reasons the first of card, item, person, count is given."""
    worst = asked(replace(HAMMER, training="saws"), card=CardFacts(Standing.BLOCKED), ledger=OUT, loans=loans(9))
    assert loan_refused(worst) is Reason.CARD_BLOCKED
    assert loan_refused(replace(worst, card=KNOWN)) is Reason.ALREADY_OUT
    assert loan_refused(replace(worst, card=KNOWN, ledger=ItemLedger("x"))) is Reason.TRAINING_NEEDED
    assert loan_refused(asked(loans=loans(9))) is Reason.LIMIT_REACHED


@pytest.mark.parametrize("hours", [0, 72, 72.1, 336, 336.1, 9000])
def test_the_oldest_step_reached_holds(hours):
    """Of the steps for old data the one with the highest age that is passed holds, in whatever order they come."""
    young, old = AgeStep(72, 3), AgeStep(336, 1)
    expected = old if hours > 336 else young if hours > 72 else None
    assert Rules(age_steps=(old, young)).age_step(hours) == expected
    assert Rules(age_steps=(young, old)).age_step(hours) == expected


def test_class_c_may_be_lent_on_old_data_where_the_rules_say_so():
    """A step for old data that allows class C does."""
    lenient = Rules(age_steps=(AgeStep(72, 3, class_c=True),))
    trained = card(trainings=frozenset({"saws"}))
    assert loan_refused(asked(CHAINSAW, card=trained, rules=lenient, data_age_hours=80)) is None


# --- Renewing and holding


def renewable(*, holds=(), card=KNOWN, rules=RULES_HERE, loan=LOAN, doubtful=False):
    return may_renew(loan, card, holds, "hammer", rules, TODAY, clock_doubtful=doubtful)


def test_a_loan_is_renewed_as_often_as_the_rules_say():
    """A loan may be renewed once, and as often as the rules say."""
    once = replace(LOAN, renewals=1)
    assert renewable()
    assert not renewable(loan=once)
    assert renewable(loan=once, rules=Rules(renewals=2))
    assert not renewable(rules=Rules(renewals=0))


def test_a_thing_somebody_waits_for_is_not_renewed():
    """A hold of somebody else on the thing, any copy, stops a renewal until it lapses; one's own does not."""
    assert not renewable(holds=[hold(item=None)])
    assert renewable(holds=[hold(item=None, until=YESTERDAY)])
    assert renewable(holds=[hold(ref="1:me")])
    assert renewable(holds=[hold(thing="saw")])


def test_a_card_that_cannot_borrow_does_not_renew():
    """A blocked or expired card renews nothing; one that has run out by a doubtful clock does."""
    assert not renewable(card=CardFacts(Standing.BLOCKED))
    assert not renewable(card=card(expires=YESTERDAY))
    assert renewable(card=card(expires=YESTERDAY), doubtful=True)
    assert not may_renew(LOAN, card(expires=YESTERDAY), [], "hammer", RULES_HERE, TODAY)


WORTH = {
    Reason.ALREADY_OUT,
    Reason.HELD_FOR_OTHER,
    Reason.NOT_CHECKED_YET,
    Reason.REPORTED_UNSAFE,
    Reason.ITEM_BROKEN,
    Reason.ITEM_IN_INSPECTION,
    Reason.INSPECTION_OVERDUE,
}


@pytest.mark.parametrize("reason", Reason)
def test_a_hold_helps_where_the_reason_lies_in_the_copy(reason):
    """The next copy can be set aside when this one is away or down, not for reasons of person or count."""
    assert may_hold(asked(), reason, []) is (reason in WORTH)


@pytest.mark.parametrize(
    ("question", "own", "allowed"),
    [
        (asked(card=UNKNOWN), [], False),
        (asked(card=CardFacts(Standing.BLOCKED)), [], False),
        (asked(card=card(expires=YESTERDAY)), [], False),
        (asked(replace(HAMMER, min_age=18), card=card(age_from=10)), [], False),
        (asked(replace(HAMMER, training="saws")), [], False),
        (asked(SANDER, card=card(category="child"), rules=of_child(RiskClass.A)), [], False),
        (asked(), [hold(ref="1:me")], False),
        (asked(), [hold(ref="1:me", thing="saw")] * 2, True),
        (asked(), [hold(ref="1:me", thing="saw")] * 3, False),
        (asked(loans=loans(9)), [], True),
    ],
)
def test_a_hold_is_for_a_known_card_that_could_borrow_it(question, own, allowed):
    """One hold per thing, no more holds than loans, and only of what this patron could borrow."""
    assert may_hold(question, Reason.ALREADY_OUT, own) is allowed


# --- Words


def test_words_fall_back_to_bokmal_then_to_any_language():
    """A text without the language asked for gives Bokmål, else any, else nothing."""
    assert Text.of({"nb": "sag", "en": "saw"}).get("sv") == "sag"
    assert Text.of({"en": "saw"}).get("sv") == "saw"
    assert Text(()).get("nb") == ""
    assert Text.of({"nb": "sag", "en": "saw"}).as_dict() == {"nb": "sag", "en": "saw"}


def test_the_card_alone_can_be_asked():
    """A known and an unknown card can borrow; the reason of another is told without an item."""
    assert [card_refuses(CardFacts(standing), TODAY) for standing in Standing] == [
        None,
        Reason.CARD_BLOCKED,
        Reason.CARD_EXPIRED,
        None,
    ]
    assert card_refuses(card(expires=TOMORROW), TODAY) is None
    assert card_refuses(card(expires=YESTERDAY), TODAY) is Reason.CARD_EXPIRED
