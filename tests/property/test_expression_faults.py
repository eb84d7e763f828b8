"""The random expressions find each seeded fault within a few hundred of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from expression_campaign import Campaign, Disagreement, campaign
from expression_faults import FAULTS, switched_on
from orm_api import create_engine, not_on
from servers.databases import Database

from accord import exc

EXPRESSIONS, EACH, BATCH = 3000, 48, 25

pytestmark = not_on("oracle", "mssql", "a double has no logic of its own")


@pytest.fixture(scope="module")
def asked(module_database: Database) -> Iterator[Campaign]:
    engine = create_engine(module_database.url)
    with campaign(engine) as made:
        yield made
    engine.dispose()


def expressions_until_found(asked: Campaign) -> int | None:
    """How many it takes until the database disagrees, or refuses; None if it never does."""
    chance = random.Random(7)
    for count in range(0, EXPRESSIONS, BATCH):
        batch = [chance.randbytes(EACH) for _ in range(BATCH)]
        try:
            asked.compare(batch)
        except (Disagreement, exc.DBAPIError) as error:
            print(f"found after {count + BATCH}: {error}")
            return count + BATCH
    return None


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(name: str, asked: Campaign) -> None:
    with switched_on(name, asked.engine):
        found = expressions_until_found(asked)
    assert found is not None, f"{EXPRESSIONS} expressions do not find: {name}"


def test_without_a_fault_nothing_is_found(asked: Campaign) -> None:
    assert expressions_until_found(asked) is None
