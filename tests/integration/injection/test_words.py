"""Words of the grammar that come as strings: fields, units, levels, flags, locks. From a list, or
refused; what is free text there is a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hostile import TEXTS, UNNAMEABLE
from orm_api import exc

from accord import DateTime, cast, extract, func, literal, select

WORDS = [
    *TEXTS,
    *UNNAMEABLE,
    "year' FROM now())) OR 1=1;SELECT pg_sleep(5)--",
    "year FROM victim",
    "READ COMMITTED; DROP TABLE victim",
    "day'",
]
REFUSED = (exc.ArgumentError, exc.CompileError, exc.IdentifierError, TypeError)


@pytest.mark.parametrize("field", [word for word in WORDS if not word.isidentifier()])
def test_a_field_of_extract_is_a_word_cve_2022_34265(engine: Any, field: str) -> None:
    """Django wrote the kind of Trunc() and Extract() as it came."""
    with pytest.raises(REFUSED):
        str(
            select(extract(field, cast(literal("2024-01-01"), DateTime))).compile(
                dialect=engine.dialect
            )
        )


@pytest.mark.parametrize("delimiter", [t for t in TEXTS if t])
def test_a_delimiter_is_a_value_cve_2020_7471(engine: Any, victim: Any, delimiter: str) -> None:
    """Django wrote the delimiter of StringAgg as it came."""
    joined = func.aggregate_strings(victim.c.name, delimiter)
    with engine.connect() as connection:
        found = connection.scalar(select(joined))
    assert found in (f"ann{delimiter}bob", f"bob{delimiter}ann")


@pytest.mark.parametrize("number", ["1; --", "0.05))) --", "1) OR (1=1"])
def test_an_argument_of_a_function_is_a_value_cve_2020_9402_cve_2026_1207(
    engine: Any, victim: Any, number: str
) -> None:
    """Django wrote the tolerance of GIS functions and the index of a raster's band as they came."""
    statement = select(func.replace(victim.c.name, number, "x")).order_by(victim.c.id)
    with engine.connect() as connection:
        assert connection.execute(statement).scalars().all() == ["ann", "bob"]


@pytest.mark.parametrize("level", WORDS)
def test_an_isolation_level_is_one_of_the_list(engine: Any, level: str) -> None:
    with pytest.raises(REFUSED), engine.connect() as connection:
        connection.execution_options(isolation_level=level)
    with pytest.raises(REFUSED):
        engine.execution_options(isolation_level=level).connect()


@pytest.mark.parametrize("flags", ["i'); DROP TABLE victim", "'", "i--", "\0", "1", "", " "])
def test_flags_of_a_pattern_are_letters(victim: Any, flags: str) -> None:
    with pytest.raises(REFUSED):
        victim.c.name.regexp_match("a", flags=flags)
    with pytest.raises(REFUSED):
        victim.c.name.regexp_replace("a", "b", flags=flags)


@pytest.mark.parametrize("escape", ["", "ab", "\0", "\n", "' OR 1=1 --", 1, b"/"])
def test_an_escape_is_one_character(victim: Any, escape: Any) -> None:
    for method in ("like", "ilike", "contains", "startswith", "endswith"):
        with pytest.raises(REFUSED):
            getattr(victim.c.name, method)("x", escape=escape)


@pytest.mark.parametrize(
    "build",
    [
        lambda v: select(v).with_for_update(of="id; DROP TABLE victim"),
        lambda v: select(v).with_for_update(of=["victim --"]),
        lambda v: func.sum(v.c.id).over(rows=("1; --", 1)),
        lambda v: func.sum(v.c.id).over(order_by="1=1) --", rows=(0, "UNBOUNDED")),
        lambda v: v.tablesample("10) --"),
        lambda v: v.tablesample(func.bernoulli("1"), seed="1) --"),
        lambda v: select(v).distinct("name) --"),
        lambda v: select(v).join(v, "1=1"),
        lambda v: select(v).where("1=1"),
        lambda v: select(v).having("1=1"),
        lambda v: select("1=1"),
        lambda v: select(v).select_from("victim"),
        lambda v: v.c.name.op("= '' OR 1=1 --")("x"),
    ],
)
def test_strings_where_an_expression_is_meant_are_no_sql(
    engine: Any, victim: Any, build: Callable[[Any], Any]
) -> None:
    """Refused when it is built, or when it is rendered; an operator of op() is the user's SQL."""
    try:
        text = str(build(victim).compile(dialect=engine.dialect))
    except (*REFUSED, exc.InvalidRequestError, AttributeError):
        return
    assert "--" not in re.sub(r"'(?:[^']|'')*'", "''", text) or " = '' OR 1=1 -- " in text
