"""Rows that come back in the order they were sent: MERGE of many rows, matched by their keys."""

from typing import Any

import sortedrows


def test_expressions(engine: Any) -> None:
    sortedrows.expressions(engine)


def test_upserts(engine: Any) -> None:
    sortedrows.upserts(engine)


def test_equal_keys(engine: Any) -> None:
    sortedrows.equal_keys(engine)
