"""Results that are put together: of iterators, chunks and other results, kept, side by side."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from accord import Column, Integer, MetaData, String, Table
from accord.engine import (
    ChunkedIteratorResult,
    CursorResult,
    FrozenResult,
    IteratorResult,
    MergedResult,
    Result,
    SimpleResultMetaData,
)
from accord.engine.result import null_result
from accord.engine.row import shape_of
from accord.exc import ArgumentError, InvalidRequestError, ResourceClosedError

ROWS = [(1, "x"), (2, "y"), (2, "z")]
AB = SimpleResultMetaData(["a", "b"])


def cursor_result(names: tuple[str, ...], rows: list[Any]) -> CursorResult[Any]:
    return CursorResult(shape_of(names), rows)


# --- from an iterator -----------------------------------------------------------------------------


def test_rows_of_an_iterator_have_the_names_given() -> None:
    result: IteratorResult[Any] = IteratorResult(AB, iter(ROWS))
    assert result.keys() == ["a", "b"]
    row = result.fetchone()
    assert row is not None and (row.a, row.b) == (1, "x")
    assert result.scalars("b").all() == ["y", "z"]


def test_an_iterator_of_bare_values() -> None:
    result: IteratorResult[Any] = IteratorResult(
        SimpleResultMetaData(["n"]), iter([1, 2, 2]), _source_supports_scalars=True
    )
    assert result.unique().scalars().all() == [1, 2]


def test_extra_objects_are_what_rows_can_be_asked_by() -> None:
    table = Table("t", MetaData(), Column("a", Integer), Column("b", String))
    metadata = SimpleResultMetaData(["x", "y"], extra=[(table.c.a,), (table.c.b,)])
    row = IteratorResult(metadata, iter(ROWS)).first()
    assert row is not None and row._mapping[table.c.b] == "x" and row.y == "x"
    with pytest.raises(ArgumentError, match="extra= needs as many"):
        SimpleResultMetaData(["x", "y"], extra=[()])


def test_a_closed_iterator_result_gives_nothing() -> None:
    result: IteratorResult[Any] = IteratorResult(AB, iter(ROWS))
    result.close()
    with pytest.raises(ResourceClosedError):
        result.all()


def test_a_null_result_has_no_columns_and_no_rows() -> None:
    assert null_result().all() == [] and null_result().keys() == []


# --- from chunks ----------------------------------------------------------------------------------


def numbers(asked: list[int | None]) -> Any:
    def chunks(size: int | None) -> Iterator[list[tuple[int]]]:
        asked.append(size)
        step = size or 4
        for start in range(0, 10, step):
            yield [(n,) for n in range(start, min(start + step, 10))]

    return chunks


def test_chunks_are_asked_for_in_the_size_of_yield_per() -> None:
    asked: list[int | None] = []
    result: ChunkedIteratorResult[Any] = ChunkedIteratorResult(
        SimpleResultMetaData(["n"]), numbers(asked)
    )
    parts = result.yield_per(3).scalars().partitions()
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert asked == [3]


def test_chunks_without_a_size() -> None:
    result: ChunkedIteratorResult[Any] = ChunkedIteratorResult(
        SimpleResultMetaData(["n"]), numbers([])
    )
    assert result.scalars().all() == list(range(10))


# --- several in one -------------------------------------------------------------------------------


def test_merged_results_follow_each_other_and_close_together() -> None:
    results = [cursor_result(("a", "b"), ROWS), cursor_result(("a", "b"), ROWS[:1])]
    merged = results[0].merge(results[1])
    assert isinstance(merged, MergedResult) and merged.keys() == ["a", "b"]
    assert merged.fetchmany(4) == [*ROWS, ROWS[0]]
    merged.close()
    assert [result.closed for result in results] == [True, True]
    with pytest.raises(InvalidRequestError, match="same columns"):
        cursor_result(("a",), [(1,)]).merge(cursor_result(("a", "b"), ROWS))


def test_rows_side_by_side() -> None:
    left, right = cursor_result(("a", "b"), ROWS), cursor_result(("c",), [(7,), (8,), (9,)])
    beside = left.splice_horizontally(right)
    assert beside.keys() == ["a", "b", "c"]
    row = beside.fetchone()
    assert row is not None and row == (1, "x", 7) and row.c == 7


def test_rows_side_by_side_need_equal_numbers() -> None:
    beside = cursor_result(("a", "b"), ROWS).splice_horizontally(cursor_result(("c",), [(7,)]))
    with pytest.raises(InvalidRequestError, match="same number of rows"):
        beside.all()


def test_rows_one_below_the_other() -> None:
    joined = cursor_result(("a", "b"), ROWS).splice_vertically(cursor_result(("a", "b"), ROWS[:1]))
    assert joined.all() == [*ROWS, ROWS[0]]
    with pytest.raises(InvalidRequestError, match="same columns"):
        cursor_result(("a",), []).splice_vertically(cursor_result(("a", "b"), []))


# --- kept -----------------------------------------------------------------------------------------


def test_a_frozen_result_can_be_read_again_and_pickled() -> None:
    frozen = cursor_result(("a", "b"), ROWS).freeze()
    assert isinstance(frozen, FrozenResult) and isinstance(frozen(), Result)
    again = pickle.loads(pickle.dumps(frozen))
    assert frozen().all() == frozen().all() == again().all() == ROWS
    assert again.with_new_rows([(5, "q")])().first().b == "q"


# --- unique with a strategy -----------------------------------------------------------------------


def test_a_strategy_for_rows_gets_rows_whatever_is_taken_of_them() -> None:
    def by_a(row: Any) -> Any:
        return row.a

    def fresh() -> Result[Any]:
        return cursor_result(("a", "b"), ROWS)

    assert fresh().unique(by_a).all() == ROWS[:2]
    assert fresh().unique(by_a).scalars("b").all() == ["x", "y"]
    assert fresh().unique(by_a).mappings().all() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert fresh().unique(by_a).columns("b").all() == [("x",), ("y",)]


def test_a_strategy_for_values_gets_values() -> None:
    values = cursor_result(("a", "b"), ROWS).scalars("b")
    assert values.unique(lambda value: value == "z").all() == ["x", "z"]
