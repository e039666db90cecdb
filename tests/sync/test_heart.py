"""The heartbeat over a hub that says what the test says."""

from __future__ import annotations

import json
import logging

import pytest
from support import scripted_hub as hub_that
from support.journals import make_identity
from support.library import at

from sync.agent.heart import Care, Heart
from sync.agent.link import HubLink
from sync.heartbeat import Beat, Head, Order, Reply, reply_to_plain

REPLY = Reply(1, 7, forked=False, orders=(Order.FETCH,))


@pytest.fixture
def heart():
    """A heart and the hub it beats for; what is kept or begun would be an error here."""
    with hub_that.scripted_hub() as hub:
        link = HubLink(hub.url)
        beat = Beat("test", 1, Head(0, "0" * 64), at(0))
        yield Heart(link, make_identity(), Care(lambda: beat, pytest.fail, pytest.fail, pytest.fail)), hub
        link.close()


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_no_is_not_for_ever(heart, status, caplog):
    """A hub of before there were heartbeats is updated one day, a proxy says no once: the station beats on, and
    says so once.
    """
    caplog.set_level(logging.WARNING)
    beats, hub = heart
    hub.answers = [hub_that.says(status), hub_that.says(status)]
    hub.answer = hub_that.says(200, json.dumps(reply_to_plain(REPLY)).encode())
    assert [beats.beat(), beats.beat(), beats.beat()] == [None, None, REPLY]
    assert len(caplog.records) == 1
