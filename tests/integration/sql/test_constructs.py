"""Each construct as the backend of this run answers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from constructs import Construct, collect
from constructs.world import fill
from requirements import BACKEND
from servers.databases import Database

from accord import create_engine

CASES = {name: item for name, item in collect().items() if item.rows is not None}


@pytest.fixture(scope="module")
def filled(module_database: Database) -> Iterator[Any]:
    """An engine on a database with the rows of `constructs.world`, which every test finds."""
    engine = create_engine(module_database.url)
    with engine.begin() as connection:
        fill(connection)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("item", CASES.values(), ids=CASES)
def test_answer(item: Construct, filled: Any) -> None:
    if BACKEND.name in item.refused:
        pytest.skip(f"{BACKEND.name} refuses it: {item.refused[BACKEND.name]}")
    if BACKEND.name in item.absent:
        pytest.skip(item.absent[BACKEND.name])
    with filled.connect() as connection:
        found = item.answer(connection)
        connection.rollback()
    statement = item.build() if item.after is None else item.after()
    if getattr(statement.parts, "order_by_clauses", ()):
        assert found == item.rows
    else:
        assert sorted(found, key=repr) == sorted(item.rows or (), key=repr)
