"""A hub that says what the test says, an agent before it, and a line between them that can be cut."""

from __future__ import annotations

import pytest
from support import scripted_hub as hub_that
from support.agents import Station

from sync.agent.line import NetworkLine


@pytest.fixture
def hub():
    with hub_that.scripted_hub() as hub:
        yield hub


@pytest.fixture
def station(hub):
    """Seven entries wait, and one agent that has not begun."""
    made = Station(hub.url)
    yield made
    made.link.close()


@pytest.fixture
def line(hub):
    line = NetworkLine(("127.0.0.1", int(hub.url.rsplit(":", 1)[1])))
    yield line
    line.close()
