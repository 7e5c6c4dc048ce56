"""A series of six Tuesdays, and somebody who looks after it."""

from datetime import datetime

import factories
import pytest
from front_door import sign_in
from series.steps import make

#: A Tuesday, the fourth and last of its month; clocks in London change on 25 March.
FIRST = datetime(2035, 2, 27, 19)


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def desk(client, group):
    organiser = factories.organiser()
    factories.membership(organiser, group)
    return sign_in(client, organiser)


@pytest.fixture
def vigil(group):
    return factories.event(
        FIRST, group=group, title="Weekly vigil", slug="weekly-vigil"
    )


@pytest.fixture
def six(desk, vigil):
    """The vigil with its five further dates."""
    make(desk, vigil)
    return vigil
