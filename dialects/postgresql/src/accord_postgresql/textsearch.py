"""Functions of text search, with their types, and DISTINCT ON as an extension of a SELECT.

In: Python values and expressions; of those functions that can be told a configuration, the first of
several strings is its name. Out: expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sql.coercion import sort_key
from accord.sql.functions import GenericFunction
from accord.sql.nodes import ColumnElement, literal_of
from accord.sqltypes import TEXT

from .types import REGCONFIG, TSQUERY, TSVECTOR

if TYPE_CHECKING:
    from accord.sql.select import Select
    from accord.sqltypes import TypeEngine

_CONFIGURATION = REGCONFIG()


class _WithConfiguration(GenericFunction[Any]):
    """A function whose first argument may be the name of a text search configuration."""

    __slots__ = ()
    _register = False

    def __init__(self, *args: Any, type_: TypeEngine | type[TypeEngine] | None = None) -> None:
        given = list(args)
        if self.is_configured(given) and isinstance(given[0], str):
            given[0] = literal_of(given[0], _CONFIGURATION)
        super().__init__(*given, type_=type_)

    def is_configured(self, given: list[Any]) -> bool:
        """Whether the first of these arguments is a configuration."""
        return len(given) > 1


class to_tsvector(_WithConfiguration):  # the name SQLAlchemy's users know
    """``to_tsvector(["english",] document)``."""

    __slots__ = ()
    inherit_cache = True
    returns = TSVECTOR()


class to_tsquery(_WithConfiguration):  # the name SQLAlchemy's users know
    """``to_tsquery(["english",] query)``."""

    __slots__ = ()
    inherit_cache = True
    returns = TSQUERY()


class plainto_tsquery(_WithConfiguration):  # the name SQLAlchemy's users know
    """``plainto_tsquery(["english",] query)``."""

    __slots__ = ()
    inherit_cache = True
    returns = TSQUERY()


class phraseto_tsquery(_WithConfiguration):  # the name SQLAlchemy's users know
    """``phraseto_tsquery(["english",] query)``."""

    __slots__ = ()
    inherit_cache = True
    returns = TSQUERY()


class websearch_to_tsquery(_WithConfiguration):  # the name SQLAlchemy's users know
    """``websearch_to_tsquery(["english",] query)``."""

    __slots__ = ()
    inherit_cache = True
    returns = TSQUERY()


class ts_headline(_WithConfiguration):  # the name SQLAlchemy's users know
    """``ts_headline(["english",] document, query [, options])``."""

    __slots__ = ()
    inherit_cache = True
    returns = TEXT()

    def is_configured(self, given: list[Any]) -> bool:
        """Of two arguments or of three with options, the second is the query."""
        return len(given) > 2 and not _is_query(given[1])


def _is_query(argument: Any) -> bool:
    return isinstance(argument, ColumnElement) and isinstance(argument.type, TSQUERY)


class DistinctOn:
    """``DISTINCT ON (…)``, for `Select.ext`."""

    def __init__(self, *keys: Any) -> None:
        self.keys = tuple([sort_key(key) for key in keys])

    def extend_select(self, select: Select[Any]) -> Select[Any]:
        """The query with it."""
        return select.distinct(*self.keys)


def distinct_on(*expr: Any) -> DistinctOn:
    """``select(t).ext(distinct_on(t.c.a))``: of the rows with the same values, the first.

    Args:
        expr: columns, expressions, or names of selected columns.

    Returns:
        What `Select.ext` takes.
    """
    if not expr:
        raise ArgumentError("distinct_on() takes the columns whose values tell rows apart")
    return DistinctOn(*expr)
