"""Every statement the renderer makes parses in sqlglot's Oracle dialect to the node of its verb,
and holds nothing that Oracle 19 refuses by its grammar.
"""

from __future__ import annotations

from typing import Any

import pytest
from corpus import BUILDERS
from doubles.oracle.refusals import check
from doubles.oracle.statement import read
from world import fact, node, user

from accord import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    case,
    cast,
    delete,
    except_,
    exists,
    extract,
    func,
    insert,
    intersect,
    literal,
    select,
    true,
    try_cast,
    update,
)
from accord.exc import CompileError
from accord_oracle import OracleDialect

DIALECT = OracleDialect()


def shown(statement: Any) -> str:
    return str(statement.compile(dialect=DIALECT))


def refuse_nothing(text: str) -> None:
    check(text)


REFUSED = {
    "insert_many": "Oracle returns nothing from an INSERT of several rows",
    "update_from": "no UPDATE … FROM",
}
"""Statements of the corpus that Oracle has not, and what is said about them."""


@pytest.mark.parametrize("name", sorted({*BUILDERS} - {*REFUSED}))
def test_corpus(name: str) -> None:
    refuse_nothing(shown(BUILDERS[name](3, "x")))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_oracle_has_not_is_refused(name: str) -> None:
    with pytest.raises(CompileError, match=REFUSED[name]):
        shown(BUILDERS[name](3, "x"))


@pytest.mark.parametrize("name", sorted({*BUILDERS} - {*REFUSED}))
def test_corpus_with_literals(name: str) -> None:
    statement = BUILDERS[name](3, "x")
    try:
        text = str(statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
    except CompileError as error:
        assert "has no value" in str(error)
    else:
        refuse_nothing(text)


STATEMENTS = {
    "limit": select(user.c.id).limit(3).offset(2),
    "offset only": select(user.c.id).offset(2),
    "ties": select(user.c.id).order_by(user.c.id).fetch(3, with_ties=True),
    "no from": select(literal(1), func.now(), func.current_timestamp(), func.current_date()),
    "exists selected": select(exists().where(user.c.id == 1)),
    "comparison selected": select((user.c.id > 1).label("big")),
    "true": select(user.c.id).where(true()),
    "boolean column": select(user.c.id).where(user.c.active).order_by(~user.c.active),
    "distinct from": select(user.c.id).where(user.c.name.is_distinct_from("x")),
    "not distinct from": select(user.c.id).where(user.c.name.is_not_distinct_from(None)),
    "minus": except_(select(user.c.id), select(node.c.id)),
    "intersect": intersect(select(user.c.id), select(node.c.id)).order_by("id").limit(2),
    "for update": select(user).with_for_update(),
    "for update of": select(user).with_for_update(of=user, nowait=True),
    "skip locked": select(user).with_for_update(skip_locked=True),
    "read lock": select(user).with_for_update(read=True),
    "casts": select(
        cast(user.c.id, String), cast(user.c.name, Text), cast(user.c.id, Boolean),
        try_cast(user.c.name, Integer), cast(user.c.name, DateTime),
    ),
    "extract": select(*[
        extract(field, fact.c.at)
        for field in ("year", "month", "hour", "second", "quarter", "doy", "dow", "epoch", "week")
    ]) if "at" in fact.c else select(extract("year", func.now())),
    "arithmetic": select(
        user.c.id % 2, user.c.id // 2, user.c.id / 2, user.c.id.bitwise_and(1),
        user.c.id.bitwise_or(1), user.c.id.bitwise_xor(1), user.c.id.bitwise_lshift(1),
    ),
    "strings": select(
        user.c.name + "x", func.concat(user.c.name, "a", "b"), func.char_length(user.c.name),
        func.aggregate_strings(user.c.name, ","),
    ),
    "regexp": select(user.c.id).where(user.c.name.regexp_match("^a", flags="i")),
    "not regexp": select(user.c.id).where(~user.c.name.regexp_match("^a")),
    "ilike": select(user.c.id).where(user.c.name.icontains("a%", autoescape=True)),
    "case": select(case((user.c.id == 1, "one"), else_="many")),
    "insert": insert(user).values(name="x").returning(user.c.id, user.c.name),
    "insert default row": insert(node),
    "insert several": insert(user).values([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]),
    "update": update(user).values(active=user.c.id > 1).where(user.c.id == 1),
    "update returning": update(user).values(name="y").returning(user.c.id),
    "delete returning": delete(user).where(user.c.id.in_([1, 2])).returning(user.c.name),
    "sequence": select(Sequence("s").next_value()),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_statement(name: str) -> None:
    refuse_nothing(shown(STATEMENTS[name]))


def test_names_that_oracle_reserves_are_quoted_and_no_bind_is_named_so() -> None:
    table = Table(
        "size", MetaData(), Column("date", Integer, primary_key=True), Column("Level", String(5))
    )
    for statement in (
        insert(table).values(date=1, Level="x"),
        update(table).values(Level="x").where(table.c.date == 1),
        select(table).where(table.c.Level.in_(["a", "b"])),
    ):
        text = shown(statement)
        refuse_nothing(text)
        assert '"size"' in text


def test_parameters_that_differ_in_case_only_stay_two() -> None:
    table = Table("t", MetaData(), Column("a", Integer), Column("A", Integer))
    text = shown(insert(table).values({"a": 1, "A": 2}))
    names = [bind.name for bind in read(text).binds]
    assert len(set(names)) == 2
