"""Structural keys: equal structure, equal key, whatever the values; and what is found by key is
right."""

from __future__ import annotations

import itertools
import pickle

import pytest
from corpus import BUILDERS
from world import SQLITE, Database, address, render, user

from accord.sql import (
    CompiledCache,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    select,
    table,
    text,
    type_coerce,
)
from accord.sqltypes import Integer, String


@pytest.mark.parametrize("name", BUILDERS)
def test_the_same_structure_has_the_same_key(name):
    build = BUILDERS[name]
    assert build(1, "a").key == build(2, "b").key
    assert hash(build(1, "a").key) == hash(build(2, "b").key)
    assert len(build(1, "a").binds) == len(build(2, "b").binds)


def test_different_structures_have_different_keys():
    keys = {name: build(1, "a").key for name, build in BUILDERS.items()}
    for (one, first), (two, second) in itertools.combinations(keys.items(), 2):
        assert first != second, (one, two)


@pytest.mark.parametrize("name", BUILDERS)
def test_compiled_once_a_statement_serves_all_values(name):
    """The text and parameters for new values, through what was compiled for others."""
    build = BUILDERS[name]
    first, second = build(1, "sandy"), build(0, "zz")
    compiled = render(first, SQLITE)
    fresh = render(second, SQLITE)
    assert compiled.parameters(second.binds) == fresh.parameters(second.binds)
    assert compiled.columns == fresh.columns or [c.name for c in compiled.columns] == [
        c.name for c in fresh.columns
    ]


@pytest.mark.parametrize("name", BUILDERS)
def test_every_construct_runs(name, database: Database):
    for n, s in ((1, "sandy"), (10, "zz")):
        database.run(BUILDERS[name](n, s))


@pytest.mark.parametrize("name", BUILDERS)
def test_values_never_enter_keys_or_compiled_statements(name):
    statement = BUILDERS[name](987654, "secret-value")
    assert "secret" not in repr(statement.key)
    assert "987654" not in repr(statement.key)
    compiled = render(statement, SQLITE)
    assert "secret" not in repr(compiled) + repr(compiled.parameter_slots) + compiled.text


@pytest.mark.parametrize("name", BUILDERS)
def test_literal_rendering_gives_the_same_rows(name, database: Database):
    statement = BUILDERS[name](1, "it's")
    if statement.is_dml:
        return
    compiled = render(statement, SQLITE, literal_binds=True)
    assert "?" not in compiled.text
    rows = database.connection.execute(compiled.text).fetchall()
    sql, values = render(statement, SQLITE).parameters(statement.binds)
    assert rows == database.connection.execute(sql, values).fetchall()


def test_keys_hold_no_nodes():
    def leaves(key):
        if isinstance(key, tuple):
            for part in key:
                yield from leaves(part)
        else:
            yield key

    for build in BUILDERS.values():
        for leaf in leaves(build(1, "a").key):
            assert isinstance(leaf, (str, int, bool, type, type(None))), leaf


def test_repeated_parameters_are_told_apart_from_equal_ones():
    shared, equal = BUILDERS["shared_parameter"], BUILDERS["equal_parameters"]
    assert shared(1, "a").key != equal(1, "a").key
    named = render(shared(1, "a"), type(SQLITE)("x", "named"))
    assert named.text.count(":param_1") == 2
    assert named.parameters(shared(7, "b").binds)[1] == {"param_1": 7, "name_1": "b"}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (user.c.id == 1, user.c.id == 1.5),
        (user.c.id == 1, user.c.id != 1),
        (user.c.id == 1, user.c.id == None),  # noqa: E711
        (user.c.name.like("x"), user.c.name.like("x", escape="/")),
        (cast(user.c.id, String(5)), cast(user.c.id, String(6))),
        (cast(user.c.id, String(5)), type_coerce(user.c.id, String(5))),
        (user.c.id.label("a"), user.c.id.label("b")),
        (func.lower(user.c.name), func.upper(user.c.name)),
        (func.f(user.c.name), func.f(user.c.name, type_=Integer)),
        (func.f(user.c.name), func.p.f(user.c.name)),
        (user.c.id.op("|")(1), user.c.id.op("&")(1)),
        (user.c.name.collate("a"), user.c.name.collate("a", "b")),
        (user.c.id.op("|")(1), user.c.id.op("|", precedence=5)(1)),
        (user.c.id.op("|")(1), user.c.id.op("|", is_comparison=True)(1)),
        (user.c.id.op("|", return_type=String)(1), user.c.id.op("|")(1)),
        (column("a"), column("b")),
        (column("a"), column("a", Integer)),
        (column("a"), table("t", column("a")).c.a),
        (case((user.c.id == 1, 2)), case((user.c.id == 1, 2), else_=3)),
        (case((user.c.id == 1, 2), (user.c.id == 2, 3)), case((user.c.id == 1, 2), else_=3)),
        (select(user.c.id), select(user.c.id).distinct()),
        (select(user.c.id).limit(1), select(user.c.id).offset(1)),
        (select(user.c.id).limit(1), select(user.c.id).fetch(1)),
        (select(user.c.id).with_for_update(), select(user.c.id).with_for_update(nowait=True)),
        (select(user.c.id).join(address), select(user.c.id).outerjoin(address)),
        (select(user.c.id, user.c.name), select(user.c.name, user.c.id)),
        (
            select(user.c.id).where(user.c.id == bindparam("x")),
            select(user.c.id).where(user.c.id == bindparam("y")),
        ),
        (select(user.c.id).prefix_with("A"), select(user.c.id).prefix_with("B")),
        (select(user.c.id).cte("a"), select(user.c.id).cte("b")),
        (user.alias("a"), user.alias("b")),
        (user.alias("a").c.id, user.alias().c.id),
        (text("select 1"), text("select 2")),
        (func.sum(user.c.id).over(rows=(0, 1)), func.sum(user.c.id).over(range_=(0, 1))),
        (
            func.sum(user.c.id).over(order_by=user.c.id),
            func.sum(user.c.id).over(partition_by=user.c.id),
        ),
        (user.c.id.in_([1]), user.c.id.not_in([1])),
        (user.c.id.in_([1]), user.c.id.in_(["a"])),
        (user.c.id.in_([1]), user.c.id == 1),
        (literal(1), literal("x")),
    ],
)
def test_what_changes_the_text_changes_the_key(one, two):
    assert select(one).key != select(two).key if not hasattr(one, "steps") else one.key != two.key


def test_the_length_of_an_in_list_is_no_part_of_the_key():
    assert (
        select(user.c.id).where(user.c.id.in_([1])).key
        == select(user.c.id).where(user.c.id.in_(range(99))).key
    )


def test_lightweight_tables_are_equal_by_structure():
    def build():
        t = table("t", column("x", Integer))
        return select(t.c.x).where(t.c.x == 1)

    assert build().key == build().key


def test_tables_of_the_same_name_are_not_the_same_table():
    from accord.schema import Column, MetaData, Table

    one, two = (Table("same", MetaData(), Column("x", Integer)) for _ in range(2))
    assert select(one.c.x).key != select(two.c.x).key


def test_the_key_is_worked_out_once():
    statement = BUILDERS["subquery"](1, "a")
    assert statement.key is statement.key


def test_cache_keeps_what_is_used():
    cache = CompiledCache(10)
    compiled = render(select(user.c.id))
    cache.put("kept", compiled)
    for number in range(200):
        cache.put(number, compiled)
        assert cache.get("kept") is compiled
        assert len(cache) <= 10
    assert cache.get(0) is None
    assert (cache.hits, cache.misses) == (200, 1)
    cache.clear()
    assert len(cache) == 0
    assert "kept" not in cache


def test_statements_can_be_pickled():
    t = table("t", column("a", Integer), column("b", String))
    q = select(t.c.a.label("x")).where(t.c.b == "one").subquery()
    statement = select(q.c.x, t.c.a + 2).join(t, t.c.a == q.c.x).where(t.c.a.in_([1, 2])).limit(3)
    again = pickle.loads(pickle.dumps(statement))
    assert str(again) == str(statement)
    assert again.compile().params == statement.compile().params
