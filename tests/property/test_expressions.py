"""Random expressions: the database's answer is Python's.

50 of them in a statement, over eight rows, with their values bound and once more written as
literals. `ACCORD_EXPRESSIONS` sets how many (default 2,000; CI: 20,000 on each kind of server).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from expression_campaign import Campaign, campaign
from expression_queries import (
    compare_aggregates,
    compare_order,
    compare_sets,
    compare_where,
    compare_windows,
)
from hypothesis import HealthCheck, given, settings, strategies as st
from orm_api import create_engine, not_on
from servers.databases import Database

from accord import Integer, exc, literal, select

EXPRESSIONS = int(os.environ.get("ACCORD_EXPRESSIONS", "2000"))
EACH, BATCH, SMALL_BATCH = 48, 50, 10
QUERIES = max(1, EXPRESSIONS // 200)

pytestmark = not_on("oracle", "mssql", "a double has no logic of its own")
unhurried = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def asked(module_database: Database) -> Iterator[Campaign]:
    engine = create_engine(module_database.url)
    with campaign(engine) as made:
        yield made
    engine.dispose()


def parts(count: int) -> st.SearchStrategy[list[bytes]]:
    """Bytes for so many expressions."""
    size = EACH * count
    return st.binary(min_size=size, max_size=size).map(
        lambda data: [data[start : start + EACH] for start in range(0, size, EACH)]
    )


def test_so_many_random_expressions_are_what_python_says(asked: Campaign) -> None:
    @settings(unhurried, max_examples=EXPRESSIONS // BATCH * 5 // 4)
    @given(parts(BATCH))
    def agrees(batch: list[bytes]) -> None:
        if len(asked.evaluated) < EXPRESSIONS:
            asked.compare(batch)

    agrees()
    assert len(asked.evaluated) >= EXPRESSIONS


@pytest.mark.parametrize("compare", [compare_where, compare_aggregates, compare_windows])
def test_many_in_one_query(
    asked: Campaign, compare: Callable[[Campaign, list[bytes]], None]
) -> None:
    @settings(unhurried, max_examples=QUERIES)
    @given(parts(SMALL_BATCH))
    def agrees(batch: list[bytes]) -> None:
        compare(asked, batch)

    agrees()


@pytest.mark.parametrize("compare", [compare_order, compare_sets])
def test_one_in_a_query(asked: Campaign, compare: Callable[[Campaign, bytes], None]) -> None:
    @settings(unhurried, max_examples=QUERIES * 2)
    @given(st.binary(min_size=EACH * 2, max_size=EACH * 2))
    def agrees(data: bytes) -> None:
        compare(asked, data)

    agrees()


@pytest.mark.parametrize("sign", ["/", "//", "%"])
def test_division_by_zero_is_null_or_an_error(asked: Campaign, sign: str) -> None:
    one, zero = literal(1, Integer), literal(0, Integer)
    divided: Any = {"/": one / zero, "//": one // zero, "%": one % zero}[sign]
    with asked.engine.connect() as connection:
        if asked.rules.zero_division == "null":
            assert connection.scalar(select(divided)) is None
        else:
            with pytest.raises(exc.DataError):
                connection.scalar(select(divided))
