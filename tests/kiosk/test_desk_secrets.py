"""What neither a view nor a log may tell: who it is."""

import logging

from hypothesis import given
from hypothesis import strategies as st
from support.desks import ANNA_COMES, BORROW_HAMMER, SCAN_DRILL, DeskRun, breaks, mends, words_in
from support.library import (
    ANNA,
    BERIT,
    BLOCKED,
    CHILD,
    EXPIRED,
    HAMMER,
    ITEMS,
    RISKY,
    STAFF,
    STRANGER,
    TENT,
    TRAINED,
    UNKNOWN_CODE,
    full_feed,
)
from support.strategies import moments, some

from kiosk.desk.views import (
    OutOfServiceView,
    PinTyped,
    ThanksView,
)
from lending.nouns import Damage
from lending.visit import (
    AskAboutMe,
    CancelHold,
    CardShown,
    CodeEntered,
    ConfirmLoan,
    ConfirmReturn,
    DamageGiven,
    ItemScanned,
    PinChecked,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    StartCode,
    StartDamage,
    SwitchCard,
    Tick,
)

CODES = ("730158", "471108")


def secrets_of(run):
    entry_ids = [wire["id"] for wire in run.store.waiting(10_000)]
    holds = [
        row[0] for row in run.store.db.conn.execute("SELECT hold_id FROM hold UNION SELECT hold_id FROM hold_here")
    ]
    refs = [ANNA, BERIT, BLOCKED, STRANGER, STAFF, CHILD, TRAINED, EXPIRED]
    return [*refs, "sealed", *entry_ids, *holds, *CODES, "hash-of", UNKNOWN_CODE]


def secrets_of_entries(run):
    return [ANNA, BLOCKED, STRANGER, "sealed", UNKNOWN_CODE, *(wire["id"] for wire in run.entries())]


many_moments = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 30, 61]),
        st.one_of(
            moments.map(lambda story: story[0][1] if story else Tick()),
            st.sampled_from([CardShown(STAFF), CardShown(CHILD), CardShown(ANNA), PinTyped("4839"), StartCode()]),
            st.sampled_from([PinChecked(right=True), PinChecked(right=False), PinChecked(right=None)]),
            st.sampled_from(
                [AskAboutMe(), PlaceHold(), CancelHold("#0"), RenewLoan("#0"), SwitchCard(), StartDamage()]
            ),
            st.sampled_from([CodeEntered("730158"), DamageGiven(Damage.BROKEN), ConfirmLoan(), RestIsHere()]),
            st.sampled_from([ItemScanned(item.code) for item in (*ITEMS, *RISKY)]),
        ),
    ),
    max_size=40,
)


@some
@given(moments | many_moments)
def test_no_view_tells_who_it_is(tmp_path_factory, story):
    """Whatever happens, no view holds a patron reference, a sealed card, an entry or hold id, a code or a PIN."""
    run = DeskRun(tmp_path_factory.mktemp("desk") / "station.db", feed=full_feed())
    run.desk._begin()
    for seconds, given_input in story:
        run.clock.advance(seconds * 1000)
        run.desk._serve(run.pointed(given_input))
    words = "\n".join(word for view in run.eyes.views for word in words_in(view))
    assert "4839" not in words
    assert [secret for secret in secrets_of(run) if secret in words] == []
    run.store.close()


def test_no_log_tells_who_it_is(tmp_path, caplog):
    """At the most talkative level, through visits and faults, no log line holds a card, a scan or an entry id."""
    caplog.set_level(logging.DEBUG)
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.gives(*BORROW_HAMMER, CardShown(BLOCKED), ItemScanned(TENT.code), CardShown(STRANGER, "sealed-card"))
    run.gives(ItemScanned(UNKNOWN_CODE), ConfirmReturn())
    run.eyes.see(ThanksView)
    secrets = [*secrets_of_entries(run), HAMMER.code, TENT.code]
    breaks(run)
    run.gives(ANNA_COMES, SCAN_DRILL)
    run.eyes.see(OutOfServiceView)
    mends(run)
    run.desk._show = None
    run.gives(ANNA_COMES)
    run.entries()
    run.desk.stop()
    assert "out of service" in caplog.text
    assert "could not serve" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []
