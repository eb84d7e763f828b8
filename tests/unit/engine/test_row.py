"""Rows: named tuples; mappings; what they look like from outside."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from accord import Column, Integer, MetaData, Table, create_engine, func, select, text
from accord.engine.row import ResultKeys, Row, RowMapping, RowShape, _Shapes, shape_of
from accord.exc import AmbiguousColumnError, NoSuchColumnError


def row_of(names: Any, *values: Any) -> Row[Any]:
    return shape_of(names).row_class(values)


class Node:
    """Stands for a column object: what identifies it is its structural key."""

    def __init__(self, key: Any) -> None:
        self.cache_key = key


def described(name: str, *targets: Any) -> Any:
    return SimpleNamespace(name=name, targets=targets)


def test_a_row_is_a_named_tuple() -> None:
    row = row_of(["a", "b"], 1, "x")
    a, b = row
    assert (a, b) == (1, "x") == row
    assert row.a == 1 and row.b == "x" and row[0] == 1 and row[-1] == "x" and row[0:1] == (1,)
    assert row._fields == ("a", "b")
    assert row._asdict() == {"a": 1, "b": "x"}
    assert hash(row) == hash((1, "x")) and row < (2,) and row == row_of(["p", "q"], 1, "x")
    assert repr(row) == "(1, 'x')" and repr(row_of(["a"], 1)) == "(1,)"
    assert isinstance(row, Row) and isinstance(row, tuple)
    assert row._tuple() is row and row._t is row and row.t is row and row.tuple() is row
    assert type(row).__name__ == "Row"
    assert row in {(1, "x")}


def test_missing_and_read_only() -> None:
    row = row_of(["a", "b"], 1, 2)
    with pytest.raises(AttributeError, match=r"no column 'zzz'; its columns are: a, b"):
        row.zzz
    with pytest.raises(AttributeError, match="read-only"):
        row.a = 3
    with pytest.raises(AttributeError, match="read-only"):
        row.new = 3
    with pytest.raises(AttributeError):
        del row.a
    with pytest.raises(IndexError):
        row[5]
    with pytest.raises(TypeError):
        row["a"]  # type: ignore[call-overload]
    assert not hasattr(row, "__html__")
    assert row_of([]) == () and "(none)" in str(
        pytest.raises(AttributeError, getattr, row_of([]), "x").value
    )


def test_awkward_names() -> None:
    names = ["count", "index", "t", "_fields", "__class__", "a b", "class", "_mapping", "_x"]
    row = row_of(names, *range(9))
    assert (row.count, row.index, row.t) == (0, 1, 2)
    assert row._fields == tuple(names) and row._mapping["_fields"] == 3
    assert row.__class__ is type(row) and row._mapping["__class__"] == 4
    assert getattr(row, "a b") == 5 and getattr(row, "class") == 6 and row._x == 8


def test_mapping() -> None:
    row = row_of(["a", "b"], 1, "x")
    mapping = row._mapping
    assert isinstance(mapping, Mapping) and isinstance(mapping, RowMapping)
    assert mapping["a"] == 1 and mapping.get("q") is None and "a" in mapping and "q" not in mapping
    assert dict(mapping) == {"a": 1, "b": "x"} == mapping and mapping == row._mapping
    assert mapping != {"a": 1} and mapping != 3
    assert list(mapping) == ["a", "b"] and len(mapping) == 2
    assert list(mapping.keys()) == ["a", "b"] and list(mapping.values()) == [1, "x"]
    assert list(mapping.items()) == [("a", 1), ("b", "x")] and 1 in mapping.values()
    assert repr(mapping) == "{'a': 1, 'b': 'x'}" and {**mapping} == {"a": 1, "b": "x"}
    with pytest.raises(
        NoSuchColumnError, match=r"No column 'zz' in this row; its columns are: a, b"
    ):
        mapping["zz"]
    with pytest.raises(NoSuchColumnError, match=r"row\[0\]"):
        mapping[0]
    with pytest.raises(KeyError):
        mapping[object()]
    assert hash(mapping) == hash(pickle.loads(pickle.dumps(mapping)))
    assert pickle.loads(pickle.dumps(mapping)) == mapping


def test_names_only_the_last_wins() -> None:
    row = row_of(["id", "id"], 1, 2)
    assert row.id == 2 and row._mapping["id"] == 2 and row._asdict() == {"id": 2}
    assert row._fields == ("id", "id") and list(row._mapping.items()) == [("id", 1), ("id", 2)]


def test_described_columns_are_ambiguous() -> None:
    row = row_of((described("a"), described("a"), described("b")), 1, 2, 3)
    assert row.b == 3 and row == (1, 2, 3)
    for access in (lambda: row.a, lambda: row._mapping["a"], row._asdict):
        with pytest.raises(AmbiguousColumnError, match="'a' is ambiguous"):
            access()


def test_column_objects() -> None:
    first, other = Node(("c", 1)), Node(("c", 2))
    columns = (described("id", first), described("id_1", other))
    row = row_of(columns, 10, 20)
    assert row._mapping[first] == 10 and row._mapping[other] == 20
    assert row._mapping[Node(("c", 2))] == 20, "an equal expression is the same column"
    wrapped = SimpleNamespace(__clause_element__=lambda: first)
    assert row._mapping[wrapped] == 10 and wrapped in row._mapping
    missing = Node(("c", 3))
    missing.name = "nope"  # type: ignore[attr-defined]
    assert missing not in row._mapping and {} not in row._mapping
    with pytest.raises(NoSuchColumnError, match="'nope'"):
        row._mapping[missing]
    keys = ResultKeys(row._shape)
    assert first in keys and "id" in keys and missing not in keys and 0 not in keys


def test_classes_as_targets() -> None:
    class User:
        pass

    row = row_of((described("User", User),), "spongebob")
    assert row._mapping[User] == "spongebob" and row.User == "spongebob"


def test_positions() -> None:
    shape = RowShape(["a", "b"])
    assert shape.position("b") == 1 and shape.position(-1) == 1 and shape.position(0) == 0
    with pytest.raises(NoSuchColumnError, match="2"):
        shape.position(2)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))])
def test_copies(way: Any) -> None:
    row = row_of((described("a", Node(("c", 1))), described("b")), 1, [2])
    again = way(row)
    assert again == row and again.a == 1 and again._fields == ("a", "b")
    assert again._mapping["b"] == [2]


def test_json_and_concatenation() -> None:
    import json

    row = row_of(["a", "b"], 1, 2)
    assert json.dumps(row) == "[1, 2]" and row + (3,) == (1, 2, 3) and type(row + (3,)) is tuple


def test_keys_view() -> None:
    keys = row_of(["a", "b"], 1, 2)._mapping.keys()
    assert keys == ["a", "b"] and len(keys) == 2 and repr(keys) == "ResultKeys(['a', 'b'])"
    assert keys & {"a"} == {"a"} and keys != 3


def test_shapes_are_kept_and_bounded() -> None:
    shapes = _Shapes(3)
    columns = (described("a"),)
    assert shapes.get(columns) is shapes.get(columns)
    assert shapes.get(["a", "b"]) is shapes.get(["a", "b"]) is shapes.get(("a", "b"))
    for number in range(10):
        shapes.get([f"c{number}"])
    assert len(shapes) == 3
    assert shapes.get(["a", "b"]).names == ("a", "b")


def test_a_function_is_found_by_its_name_too() -> None:
    table = Table("t", MetaData(), Column("n", Integer))
    with create_engine("sqlite://").connect() as connection:
        table.metadata.create_all(connection)
        row = connection.execute(select(func.count(table.c.n), func.max(table.c.n))).one()
    assert row._fields == ("count_1", "max_1")
    assert row.count == 0 and row.max is None and row._mapping["count"] == 0


def test_rows_of_text_say_that_they_know_names_only() -> None:
    table = Table("t", MetaData(), Column("n", Integer))
    with create_engine("sqlite://").connect() as connection:
        row = connection.execute(text("SELECT 1 AS n")).one()
        with pytest.raises(NoSuchColumnError, match="know names only: ask for 'n'"):
            row._mapping[table.c.n]
