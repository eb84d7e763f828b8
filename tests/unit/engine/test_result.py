"""Results: every way of taking rows, alone and mixed."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from accord.engine.result import (
    FrozenResult,
    MappingResult,
    Result,
    ScalarResult,
    TupleResult,
)
from accord.engine.row import Row, RowMapping
from accord.exc import (
    ArgumentError,
    InvalidRequestError,
    MultipleResultsFound,
    NoResultFound,
    NoSuchColumnError,
    ResourceClosedError,
)

ROWS = [(1, "x"), (2, "y"), (3, "z")]


def result(rows: Any = None, names: Any = ("a", "b"), **options: Any) -> Result[Any]:
    return Result(names, ROWS if rows is None else rows, **options)


def test_all_and_exhaustion() -> None:
    r = result()
    rows = r.all()
    assert rows == ROWS and all(isinstance(row, Row) for row in rows) and rows[1].b == "y"
    assert r.all() == [] and r.fetchone() is None and r.fetchmany(2) == [] and not r.closed
    assert ROWS == [(1, "x"), (2, "y"), (3, "z")]


def test_ways_share_one_position() -> None:
    r = result()
    assert r.fetchone() == (1, "x")
    assert r.scalars("b").fetchone() == "y"
    assert r.mappings().all() == [{"a": 3, "b": "z"}]
    r = result()
    for row in r:
        assert row.a == 1
        break
    assert next(r) == (2, "y") and list(r) == [(3, "z")]
    with pytest.raises(StopIteration):
        next(r)


def test_first_one_and_friends() -> None:
    r = result()
    assert r.first() == (1, "x") and r.closed
    with pytest.raises(ResourceClosedError, match="closed"):
        r.all()
    assert result([]).first() is None and result([(5, 6)]).one() == (5, 6)
    assert result([]).one_or_none() is None and result([(5, 6)]).one_or_none() == (5, 6)
    with pytest.raises(NoResultFound):
        result([]).one()
    for way in ("one", "one_or_none", "scalar_one", "scalar_one_or_none"):
        r = result()
        with pytest.raises(MultipleResultsFound):
            getattr(r, way)()
        assert r.closed


def test_scalar_family() -> None:
    assert result().scalar() == 1 and result([]).scalar() is None
    assert result([(5, 6)]).scalar_one() == 5 and result([(None, 6)]).scalar_one() is None
    assert result([]).scalar_one_or_none() is None
    with pytest.raises(NoResultFound):
        result([]).scalar_one()


def test_scalars() -> None:
    r = result().scalars()
    assert isinstance(r, ScalarResult) and r.all() == [1, 2, 3]
    assert result().scalars(1).first() == "x" and result().scalars("b").fetchmany(2) == ["x", "y"]
    assert list(result().scalars(-1)) == ["x", "y", "z"]
    assert result([(7, 8)]).scalars().one() == 7
    with pytest.raises(NoSuchColumnError):
        result().scalars("q")
    with pytest.raises(MultipleResultsFound):
        result().scalars().one()
    with pytest.raises(NoResultFound):
        result([]).scalars().one()


def test_columns() -> None:
    r = result().columns("b", "a")
    assert r.keys() == ["b", "a"] and r.fetchone() == ("x", 1)
    row = r.fetchone()
    assert row is not None and row.a == 2 and row._fields == ("b", "a")
    assert result().columns(1).scalars().all() == ["x", "y", "z"]
    assert result().columns("b").all() == [("x",), ("y",), ("z",)]
    assert result().columns("a", "a").all()[0] == (1, 1)
    with pytest.raises(NoSuchColumnError):
        result().columns("b", "q")
    with pytest.raises(ArgumentError):
        result().columns()


def test_mappings_and_tuples() -> None:
    m = result().mappings()
    assert isinstance(m, MappingResult) and m.keys() == ["a", "b"]
    first = m.fetchone()
    assert isinstance(first, RowMapping) and first["b"] == "x"
    assert m.columns("b").all() == [{"b": "y"}, {"b": "z"}]
    t = result().tuples()
    assert isinstance(t, TupleResult) and t.keys() == ["a", "b"] and t.all() == ROWS
    assert result().t.columns("b").all() == [("x",), ("y",), ("z",)]
    assert result().tuples().scalar() == 1 and result([(1, 2)]).tuples().scalar_one() == 1
    assert result([]).tuples().scalar_one_or_none() is None
    assert result().mappings().first() == {"a": 1, "b": "x"}
    assert [row.a for row in result().tuples()] == [1, 2, 3]  # type: ignore[attr-defined]


def test_unique() -> None:
    twice = [(1, "x"), (2, "y"), (1, "x")]
    assert result(twice).unique().all() == twice[:2]
    assert result(twice).scalars().unique().all() == [1, 2]
    assert result(twice).unique().scalars().all() == [1, 2]
    assert result(twice).unique(lambda row: 0).all() == twice[:1]
    assert result([(1, 2), (1, 2)]).unique().one() == (1, 2)
    assert result([(1, 2), (1, 2)]).scalars().unique().one() == 1
    assert result(twice).mappings().unique().all() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert result(twice).tuples().unique().all() == twice[:2]
    r = result(twice).unique()
    assert [r.fetchone(), r.fetchone(), r.fetchone()] == [(1, "x"), (2, "y"), None]
    assert list(result(twice).unique().partitions(1)) == [[(1, "x")], [(2, "y")]]
    with pytest.raises(InvalidRequestError, match="hashable"):
        result([([1], 2)]).unique().all()


def test_unique_of_entities_goes_by_identity() -> None:
    class Same:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    one, two = Same(), Same()
    rows = [(one, 1), (two, 1), (one, 1)]
    assert len(result(rows, entities=frozenset({0})).unique().all()) == 2
    scalars = result(rows, entities=frozenset({0})).unique().scalars().all()
    assert [s is one for s in scalars] == [True, False]
    bare = Result(["Same"], [one, two, one], scalar=True, entities=frozenset({0}))
    assert len(bare.unique().scalars().all()) == 2
    mapped = result(rows, entities=frozenset({0})).mappings().unique().all()
    assert len(mapped) == 2


def test_unique_keeps_what_it_saw_alive() -> None:
    class Thing:
        pass

    made = (Thing() for _ in range(200))
    r = Result(["Thing"], made, scalar=True, entities=frozenset({0})).unique().scalars()
    assert sum(1 for _ in r) == 200, "an id must not be reused while it is compared"


def test_needs_unique() -> None:
    rows = [(1,), (1,)]
    for take in (lambda r: r.all(), lambda r: r.scalars().all(), lambda r: r.mappings().first()):
        with pytest.raises(InvalidRequestError, match=r"unique\(\)"):
            take(result(rows, ["a"], needs_unique=True))
    assert result(rows, ["a"], needs_unique=True).unique().scalars().all() == [1]
    assert result(rows, ["a"], needs_unique=True).scalars().unique().all() == [1]


def test_bare_values() -> None:
    r: Result[Any] = Result(["User"], ["p", "q"], scalar=True)
    assert r.fetchone() == ("p",) and r.scalars().all() == ["q"]
    assert Result(["User"], ["p", "q"], scalar=True).all() == [("p",), ("q",)]
    assert Result(["User"], ["p"], scalar=True).scalar_one() == "p"
    assert Result(["User"], ["p"], scalar=True).columns(0).all() == [("p",)]
    row = Result(["User"], ["p"], scalar=True).one()
    assert row.User == "p"


def test_partitions_and_yield_per() -> None:
    assert list(result().partitions(2)) == [[(1, "x"), (2, "y")], [(3, "z")]]
    assert list(result().partitions()) == [ROWS]
    assert list(result().yield_per(2).scalars().partitions()) == [[1, 2], [3]]
    r = result().yield_per(2)
    assert r.fetchmany() == ROWS[:2] and r.fetchmany() == ROWS[2:]
    assert result().fetchmany() == ROWS and result().fetchmany(0) == []
    for bad in (0, -1):
        with pytest.raises(ArgumentError):
            result().yield_per(bad)
    with pytest.raises(ArgumentError):
        result().fetchmany(-1)


class Source:
    def __init__(self) -> None:
        self.closed = 0
        self.size = 0

    def set_chunk(self, size: int) -> None:
        self.size = size

    def close(self) -> None:
        self.closed += 1


def test_close_reaches_the_source_once() -> None:
    source = Source()
    with result(source=source) as r:
        r.scalars().yield_per(7)
        assert source.size == 7 and r.fetchone() == (1, "x")
    assert source.closed == 1 and r.closed
    r.close()
    assert source.closed == 1
    for way in (r.all, r.scalars().all, r.mappings().first, r.fetchone, lambda: next(r)):
        with pytest.raises(ResourceClosedError):
            way()
    with result(source=source).scalars() as s:
        assert s.first() == 1
    assert s.closed and source.closed == 2
    s.close()


def test_a_filter_notices_the_end_of_its_result() -> None:
    r = result()
    scalars = r.scalars()
    assert scalars.fetchone() == 1
    r.close()
    with pytest.raises(ResourceClosedError):
        scalars.fetchone()


def test_freeze() -> None:
    frozen = result().freeze()
    assert isinstance(frozen, FrozenResult)
    assert frozen().all() == ROWS and frozen().scalars().all() == [1, 2, 3]
    assert frozen.with_new_rows([(9, "n")])().all() == [(9, "n")]
    assert list(frozen.rewrite_rows()) == ROWS
    thawed = pickle.loads(pickle.dumps(frozen))
    assert [row.b for row in thawed()] == ["x", "y", "z"]


def test_merge() -> None:
    merged = result().merge(result([(4, "w")]), result([]))
    assert merged.scalars().all() == [1, 2, 3, 4]
    with pytest.raises(InvalidRequestError, match="same columns"):
        result().merge(result([(1,)], ["a"]))


def test_rows_are_not_read_ahead() -> None:
    taken = []

    def rows() -> Any:
        for number in range(10):
            taken.append(number)
            yield (number,)

    r: Result[Any] = Result(["a"], rows())
    assert r.fetchone() == (0,) and taken == [0]
    assert r.scalars().fetchmany(2) == [1, 2] and taken == [0, 1, 2]
