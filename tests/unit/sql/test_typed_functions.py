"""What type checkers are told of `func` is what the functions answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accord import Integer, String, column, func
from accord.sql import generic
from accord.sql.typedfunctions import KnownFunctions

PYTHON = {
    "Always[int]": int,
    "Always[str]": str,
    "Always[Decimal]": Decimal,
    "Always[dt.date]": dt.date,
    "Always[dt.time]": dt.time,
    "Always[dt.datetime]": dt.datetime,
}
TOLD = KnownFunctions.__annotations__


def answered(name: str) -> Any:
    """The Python type of a function of an integer, or of what it needs two of."""
    arguments = (column("x", Integer),)
    if name == "aggregate_strings":
        arguments += (", ",)  # type: ignore[assignment]  # the separator
    return getattr(func, name)(*arguments).type.python_type


@pytest.mark.parametrize("name", sorted(name for name, told in TOLD.items() if told in PYTHON))
def test_a_function_of_one_type_is_of_that_type(name: str) -> None:
    assert answered(name) is PYTHON[TOLD[name]]


@pytest.mark.parametrize("name", sorted(name for name, told in TOLD.items() if told not in PYTHON))
def test_a_function_of_its_arguments_type_takes_it_from_the_first(name: str) -> None:
    function = getattr(func, name)
    assert function(column("x", Integer), column("y", String)).type.python_type is int
    assert function(column("x", String), column("y", Integer)).type.python_type is str


def test_every_function_of_a_known_type_is_told() -> None:
    told = {name for _, type_, names in generic._TYPED if type_ for name in names.split()}
    assert told <= set(TOLD)
