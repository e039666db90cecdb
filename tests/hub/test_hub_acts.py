"""What staff do with stations from afar stays on record: what, who and when; what a command did, too."""

from __future__ import annotations

import pytest
from django.test import Client
from hub.bench import Bench
from hub.office import text_of

from lending.errors import Refused
from sync.hub import commands
from sync.hub.review import fleet_pages
from sync.hub.review.models import StaffEvent


def kept() -> list[tuple[str, str, str]]:
    """Return what is on record since the bench was made, the first first."""
    return list(StaffEvent.objects.exclude(about="ls-0003").order_by("pk").values_list("what", "who", "about"))


def check_every_act_is_on_record(staff: Client) -> None:
    """Each act has one line, in its order, under the name of who is logged in, and the station's page shows it."""
    StaffEvent.objects.all().delete()
    for name in ("push", "fetch", "roll", "nonsense"):
        staff.post("/stations/ls-0001/order", {"order": name})
    staff.post("/stations/ls-0001/code")
    for _ in range(2):
        staff.post("/stations/ls-0001/revoke")
    staff.post("/stations/new", {"id": "hall-west", "name": "Hall west"})
    staff.post("/stations/new", {"id": "No Such Id", "name": "Hall west"})
    acts = ["push", "fetch", "roll", "code", "revoked"]
    assert kept() == [*((what, "anna", "ls-0001") for what in acts), ("code", "anna", "hall-west")]
    page = text_of(staff.get("/stations/ls-0001").text)
    words = ["Bedt om å sende", "Bedt om å hente data", "Bedt om å bytte nøkkelord", "Kode laget", "Stengt ute"]
    assert [page.count(f"{one} · anna · ") for one in words] == [1] * 5
    assert "· anna ·" not in text_of(staff.get("/stations/ls-0002").text)


@pytest.mark.usefixtures("bench")
def test_every_act_is_on_record(staff: Client):
    """Orders, codes and shutting out, on both databases; what is refused or changes nothing leaves no line."""
    check_every_act_is_on_record(staff)


@pytest.mark.usefixtures("sqlite_bench")
def test_a_hub_that_keeps_no_record_is_caught(staff: Client, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a station is shut out, and nobody can tell by whom."""
    monkeypatch.setattr(fleet_pages, "note", lambda *_: None)
    with pytest.raises(AssertionError):
        check_every_act_is_on_record(staff)


def test_what_commands_did_is_on_record(sqlite_bench: Bench):
    """Codes, a changed token, shutting out and new staff are by the command line; what was refused is not."""
    StaffEvent.objects.all().delete()
    station = sqlite_bench[0].station
    commands.create_station(station, "X")
    commands.roll(station)
    for _ in range(2):
        commands.revoke(station)
    commands.create_staff("kari")
    commands.shut_out_staff("kari")
    commands.reset_password("kari")
    for call in (
        lambda: commands.create_staff("kari"),
        lambda: commands.roll("no-such"),
        lambda: commands.reset_password("nobody"),
        lambda: commands.shut_out_staff("nobody"),
        lambda: commands.revoke("x"),
    ):
        with pytest.raises(Refused):
            call()
    acts = [("code", station), ("roll", station), ("revoked", station), ("staff", "kari")]
    acts += [("staff_out", "kari"), ("new_password", "kari")]
    assert kept() == [(what, "command line", about) for what, about in acts]
