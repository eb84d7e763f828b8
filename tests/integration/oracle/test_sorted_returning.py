"""Rows that come back in the order they were sent: one array statement, whatever RETURNING says."""

from typing import Any

import sortedrows


def test_expressions(oracle_engine: Any) -> None:
    sortedrows.expressions(oracle_engine)


def test_parameters_of_the_statements_own(oracle_engine: Any) -> None:
    sortedrows.own_parameters(oracle_engine, 1)
