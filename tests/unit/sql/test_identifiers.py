"""Names: exactly the one meant, or refused; and no way from a name into SQL."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given, settings, strategies as st
from world import SQLITE, render

from accord.exc import IdentifierError
from accord.sql import (
    RenderTarget,
    column,
    func,
    literal,
    quote_identifier,
    quoted_name,
    select,
    table,
)
from accord.sqltypes import Integer

TARGET = RenderTarget()
BACKTICKS = RenderTarget("ticks", "format", quote_open="`", quote_close="`")
BRACKETS = RenderTarget("brackets", "qmark", quote_open="[", quote_close="]")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user_account", "user_account"),
        ("a1$", "a1$"),
        ("order", '"order"'),
        ("User", '"User"'),
        ("a b", '"a b"'),
        ("1a", '"1a"'),
        ('a"b', '"a""b"'),
        ("naïve", '"naïve"'),
        ("a.b", '"a.b"'),
        ("*", '"*"'),
        ("%s", '"%s"'),
        ("a--b", '"a--b"'),
        (quoted_name("plain", True), '"plain"'),
        (quoted_name("UPPER", False), "UPPER"),
    ],
)
def test_quoting(name, expected):
    assert quote_identifier(name, TARGET) == expected


def test_other_quotes():
    assert quote_identifier("a`b", BACKTICKS) == "`a``b`"
    assert quote_identifier("a]b[c", BRACKETS) == "[a]]b[c]"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a\0b",
        "a\nb",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        "a\ud800b",
        "x" * 256,
        None,
        5,
        quoted_name('a" b', False),
    ],
)
def test_refusals(name):
    with pytest.raises(IdentifierError):
        quote_identifier(name, TARGET)


def test_length_counts_in_the_units_of_the_database():
    postgres = RenderTarget(
        "pg", "format", max_identifier_length=63, identifier_length_in_bytes=True
    )
    assert quote_identifier("x" * 63, postgres) == "x" * 63
    with pytest.raises(IdentifierError, match="64 bytes; pg allows 63"):
        quote_identifier("é" * 32, postgres)


def test_a_message_never_carries_the_control_character():
    with pytest.raises(IdentifierError) as caught:
        quote_identifier("a\x1b[2Jb", TARGET)
    assert "\x1b" not in str(caught.value)


HOSTILE = [
    'x"; DROP TABLE t; --',
    "x' OR '1'='1",
    "x) --",
    "x/*",
    "*/x",
    "x`",
    "[x]",
    "x;y",
    "x\\",
    "%(name)s",
    "%s",
    "?",
    ":name",
    "$1",
    "select",
    "x AS y",
    'x" FROM t --',
    "é",
    "日本語",
    "😀",
    " ",
    ".",
    "a.b",
    "count(*)",
    "{}",
    "${x}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_labels_come_back_as_they_are(name):
    connection = sqlite3.connect(":memory:")
    statement = select(literal(1).label(name))
    sql, values = render(statement, SQLITE).parameters(statement.binds)
    cursor = connection.execute(sql, values)
    assert cursor.description[0][0] == name


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=40))
@example('"')
@example('""')
def test_any_name_is_exactly_that_name_or_refused(name):
    """As table, column, alias and label, in a real database."""
    try:
        quoted = quote_identifier(name, SQLITE)
    except IdentifierError:
        assert any(
            ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000
            for char in name
        )
        return
    if name.lower().startswith("sqlite_") or name.lower() == "other":
        return
    connection = sqlite3.connect(":memory:")
    connection.execute(f"create table {quoted} ({quoted} integer, other integer)")
    t = table(name, column(name, Integer), column("other", Integer))
    connection.execute(f"insert into {quoted} values (1, 2)")
    a = t.alias(name + "x")
    statement = (
        select(a.c[name].label(name), t.c.other)
        .where(t.c[name] == 1, a.c[name] == t.c[name])
        .order_by(name)
    )
    sql, values = render(statement, SQLITE).parameters(statement.binds)
    cursor = connection.execute(sql, values)
    assert cursor.fetchall() == [(1, 2)]
    assert [entry[0] for entry in cursor.description] == [name, "other"]


def test_function_names_cannot_smuggle():
    made = getattr(func, "f(1); drop table t --")(1)
    assert str(made) == '"f(1); drop table t --"(:param_1)'
    with pytest.raises(IdentifierError):
        getattr(func, "a\0b")().compile()


def test_automatic_names_keep_within_the_limit_and_clear_of_others():
    short = RenderTarget("short", "qmark", max_identifier_length=12)
    t = table("abcdefghijkl", column("x"))
    one, two = t.alias(), t.alias()
    sql = render(select(one.c.x, two.c.x), short).text
    assert "abcdef_1" in sql
    assert "abcdef_2" in sql
    taken = table("t_1", column("x"))
    free = table("t", column("x")).alias()
    assert "t_2" in render(select(taken.c.x, free.c.x)).text


# --- names that accord makes up -------------------------------------------------------------------


def test_labels_made_up_for_columns_are_shortened_where_they_are_too_long():
    short = RenderTarget("short", "qmark", max_identifier_length=12)
    one = table("one", column("abcdefghijkl"))
    two = table("two", column("abcdefghijkl"))
    inner = select(one, two).subquery("s")
    sql = " ".join(render(select(inner), short).text.split())
    assert sql == (
        "SELECT s.abcdefghijkl, s.abcdef_1 FROM (SELECT one.abcdefghijkl AS abcdefghijkl, "
        "two.abcdefghijkl AS abcdef_1 FROM one, two) AS s"
    )
    assert [c.name for c in render(select(inner), short).columns] == [
        "abcdefghijkl", "abcdefghijkl_1",
    ]  # fmt: skip


def test_they_are_counted_in_the_unit_of_the_limit():
    narrow = RenderTarget(
        "narrow", "qmark", max_identifier_length=12, identifier_length_in_bytes=True
    )
    one, two = table("one", column("üüüüüü")), table("two", column("üüüüüü"))
    sql = " ".join(render(select(one, two), narrow).text.split())
    assert sql == 'SELECT one."üüüüüü", two."üüüüüü" AS "üüü_1" FROM one, two'


def test_labels_that_a_user_chose_are_refused_instead():
    short = RenderTarget("short", "qmark", max_identifier_length=12)
    with pytest.raises(IdentifierError, match="has 13 characters; short allows 12"):
        render(select(column("x").label("a" * 13)), short)


def test_a_length_of_their_own_leaves_names_of_users_alone():
    short = RenderTarget("short", "qmark", max_identifier_length=20, label_length=10)
    one, two = table("one", column("abcdefghijkl")), table("two", column("abcdefghijkl"))
    alias = table("a_long_name", column("x")).alias()
    query = select(one, two, alias.c.x.label("abcdefghijklmno"), func.a_long_function(1))
    compiled = render(query, short)
    assert " ".join(compiled.text.split()) == (
        "SELECT one.abcdefghijkl, two.abcdefghijkl AS abcd_1, a_lo_1.x AS abcdefghijklmno, "
        "a_long_function(?) AS a_lo_2 FROM one, two, a_long_name AS a_lo_1"
    )
    assert [c.name for c in compiled.columns][1] == "abcdefghijkl_1"
    assert render(query, short).text == compiled.text


@pytest.mark.parametrize("length", [1, 3, 5])
def test_below_six_they_are_numbers(length):
    short = RenderTarget("short", "qmark", label_length=length)
    one = select(func.lower("x"), func.f(1), column("name"))
    assert render(one, short).text.replace("\n", "") == (
        "SELECT lower(?) AS _1, f(?) AS _2, name"
    )


def test_names_of_a_convention_are_cut_in_the_unit_of_the_limit_and_get_a_hash():
    from accord import Column, Index, MetaData, Table
    from accord.dialects import mysql, postgresql
    from accord.schema import CreateIndex

    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
    owner = Table("ü" * 25, metadata, Column("é" * 25, Integer), Column("á" * 25, Integer))
    for module, limit, unit in ((postgresql, 63, "utf-8"), (mysql, 64, "utf-32-le")):
        names = set()
        for part in owner.c:
            text = str(CreateIndex(Index(None, part)).compile(dialect=module.dialect()))
            name = text.split()[2].strip('"`')
            assert name.startswith("ix_üüü")
            assert len(name.encode(unit)) // (4 if unit.startswith("utf-32") else 1) <= limit
            names.add(name)
        assert len(names) == 2
