"""Who stands before the station in the stories of visits."""

import pytest
from support.facts import Person
from support.touches import ANNA_COMES


@pytest.fixture
def person():
    """Return somebody at an idle station."""
    return Person()


@pytest.fixture
def anna(person):
    """Return Anna, who has just laid down her card."""
    return person.gives(ANNA_COMES)
