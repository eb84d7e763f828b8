"""Functions of text search: their types, and when the first argument is a configuration."""

from __future__ import annotations

import pytest

from accord import column, func, literal, select
from accord.dialects import postgresql
from accord.dialects.postgresql import (
    ENUM,
    REGCONFIG,
    TSQUERY,
    TSVECTOR,
    NamedType,
    plainto_tsquery,
    to_tsquery,
    to_tsvector,
    ts_headline,
)
from accord.exc import ArgumentError
from accord.sqltypes import TEXT

a = column("a", TEXT)


@pytest.mark.parametrize(
    ("expression", "configured", "kind"),
    [
        (to_tsvector("english", a), True, TSVECTOR),
        (to_tsvector(a), False, TSVECTOR),
        (to_tsvector("text"), False, TSVECTOR),
        (plainto_tsquery("english", "x"), True, TSQUERY),
        (to_tsquery(column("c"), "x"), False, TSQUERY),
        (postgresql.phraseto_tsquery("english", "x"), True, TSQUERY),
        (postgresql.websearch_to_tsquery("english", "x"), True, TSQUERY),
        (ts_headline("english", a, to_tsquery("x")), True, TEXT),
        (ts_headline("english", a, to_tsquery("x"), "MaxWords=3"), True, TEXT),
        (ts_headline("text", to_tsquery("x")), False, TEXT),
        (ts_headline("text", to_tsquery("x"), "MaxWords=3"), False, TEXT),
    ],
    ids=str,
)
def test_the_first_of_several_may_be_a_configuration(expression, configured, kind):
    assert isinstance(expression.type, kind)
    assert isinstance(expression.arguments[0].type, REGCONFIG) is configured


def test_func_finds_them():
    assert isinstance(func.to_tsvector("english", a), to_tsvector)


def test_distinct_on_is_an_extension():
    query = select(a).ext(postgresql.distinct_on(a))
    assert query.key == select(a).distinct(a).key
    with pytest.raises(ArgumentError, match="columns whose values"):
        postgresql.distinct_on()
    with pytest.raises(ArgumentError, match="an extension of a dialect"):
        select(a).ext(literal(1))


def test_types_with_a_name_are_named_types():
    assert isinstance(ENUM("x", name="e"), NamedType)
    assert isinstance(postgresql.DOMAIN("d", TEXT()), NamedType)
    assert isinstance(postgresql.INT4RANGE(), postgresql.AbstractSingleRange)
    assert isinstance(postgresql.INT4MULTIRANGE(), postgresql.AbstractMultiRange)
