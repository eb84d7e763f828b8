"""Defaults that are written differently and may be one value: '{"a":1}' and '{"a": 1}' of a JSONB.

In: a connection and differences. Out: those that are left when the database has said which
constants are equal. Only constants are asked about: nothing is called that could count or change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.equivalence import is_constant
from accord.exc import CompileError, DBAPIError

if TYPE_CHECKING:
    from accord.engine import Connection
    from accord.schemadiff.records import Difference, Terms


def without_equal_constants(
    connection: Connection, differences: list[Difference], terms: Terms
) -> list[Difference]:
    """The differences without defaults that are the same value."""
    return [one for one in differences if not _equal(connection, one, terms)]


def _equal(connection: Connection, one: Difference, terms: Terms) -> bool:
    if one.what != "default of column" or one.found is None or one.declared is None:
        return False
    if not all(is_constant(text, terms.reflection.habits) for text in (one.found, one.declared)):
        return False
    steps = terms.reflection.same_constant_steps
    try:
        kind = terms.renderer.plain_type(one.item)
        with connection.begin_nested():
            return connection.run(steps(connection.engine, one.declared, one.found, kind))
    except (CompileError, DBAPIError):
        return False  # the declared one is no value of the type
