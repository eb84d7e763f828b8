"""Column-wise binding: what passes, what is converted, what is refused and how."""

import datetime as dt
from decimal import Decimal

import pytest

from accord import sqltypes as t
from accord.exc import StatementError
from accord.sqltypes import STANDARD, bind_rows, bind_value


def entries(*types):
    return [STANDARD.entry(type_) for type_ in types]


@pytest.mark.parametrize("count", [1, 3, 100, 9000])
def test_plain_rows_are_handed_on_as_they_came(count):
    rows = [(i, "x", None) for i in range(count)]
    assert bind_rows(entries(t.Integer(), t.String(), t.Float()), "abc", rows) is rows


@pytest.mark.parametrize("count", [1, 5, 9000])
def test_only_what_needs_it_is_converted(count):
    rows = [(i, 1 if i % 2 else None, i) for i in range(count)]
    bound = bind_rows(entries(t.Integer(), t.Boolean(), t.Numeric()), "abc", rows)
    assert len(bound) == count
    assert bound[-1][2] == Decimal(count - 1) and type(bound[-1][2]) is Decimal
    assert {type(row[1]) for row in bound} <= {bool, type(None)}


def test_a_conversion_in_a_late_chunk_is_not_lost():
    rows = [(i, Decimal(i)) for i in range(9000)]
    rows[8999] = (8999, 8999)
    bound = bind_rows(entries(t.Integer(), t.Numeric()), "ab", rows)
    assert bound[8999] == (8999, Decimal(8999)) and type(bound[8999][1]) is Decimal
    assert bound[:8999] == rows[:8999]


def test_errors_name_the_label_and_never_the_value():
    with pytest.raises(StatementError, match=r"^User\.age: expected int, got str$") as info:
        bind_rows(entries(t.Integer()), ["User.age"], [(1,), ("secret",), (3,)])
    assert "secret" not in str(info.value)
    with pytest.raises(StatementError, match=r"^User\.age: expected int, got float$"):
        bind_value(STANDARD.entry(t.Integer()), "User.age", 1.0)


def test_foreign_errors_are_not_quoted():
    class Picky(t.TypeDecorator):
        impl = t.Integer
        cache_ok = True

        def process_bind_param(self, value, dialect):
            return int(value)

    with pytest.raises(StatementError) as info:
        bind_value(STANDARD.entry(Picky()), "T.x", "secret")
    assert "secret" not in str(info.value)
    assert "T.x" in str(info.value) and "ValueError" in str(info.value)
    assert isinstance(info.value.orig, ValueError)


def test_ragged_rows_are_refused():
    with pytest.raises(ValueError):
        bind_rows(entries(t.Integer(), t.Integer()), "ab", [(1, 2)] * 5 + [(1,)])


def test_empty_batches():
    assert bind_rows(entries(t.Integer()), "a", []) == []
    assert bind_rows([], [], [(), ()]) == [(), ()]
    assert bind_rows([], [], [()] * 10) == [()] * 10


def test_sql_null_overrides_what_a_type_makes_of_none():
    entry = STANDARD.entry(t.JSON())
    rows = [(None,), (t.SQL_NULL,), ({"a": 1},), (t.JSON.NULL,)]
    expected = [("null",), (None,), ('{"a": 1}',), ("null",)]
    assert bind_rows([entry], ["d"], rows) == expected
    assert bind_rows([entry], ["d"], rows * 5) == expected * 5
    assert bind_value(entry, "d", t.SQL_NULL) is None


def test_naive_datetimes_pass_as_a_column():
    entry = STANDARD.entry(t.DateTime())
    rows = [(dt.datetime(2020, 1, day),) for day in range(1, 20)]
    assert bind_rows([entry], ["d"], rows) is rows
    with_none = [*rows, (None,)]
    assert bind_rows([entry], ["d"], with_none) is with_none
    with pytest.raises(StatementError, match=r"^d: expected a datetime without time zone"):
        bind_rows([entry], ["d"], [*rows, (dt.datetime(2020, 1, 1, tzinfo=dt.UTC),)])
    with pytest.raises(StatementError, match=r"^d: expected datetime, got datetime.date"):
        bind_rows([entry], ["d"], [*rows, (dt.date(2020, 1, 1),)])
