"""Array literals: what PostgreSQL's array_in reads back as the same values."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accord.dialect import BindError
from accord_postgresql import texts
from accord_postgresql.composed import read_array


@pytest.mark.parametrize(
    ("form", "values", "wanted"),
    [
        (texts.INTEGERS, [], "{}"),
        (texts.INTEGERS, [1, -2], "{1, -2}"),
        (texts.INTEGERS, [1, None], "{1,NULL}"),
        (texts.FLOATS, [0.1, float("inf")], "{0.1, inf}"),
        (texts.DECIMALS, [Decimal("1.50")], "{1.50}"),
        (texts.BOOLEANS, [True, False, None], "{t,f,NULL}"),
        (texts.STRINGS, [], "{}"),
        (texts.STRINGS, ["a", "NULL", ""], '{"a","NULL",""}'),
        (texts.STRINGS, ['a"b', "c\\d"], '{"a\\"b","c\\\\d"}'),
        (texts.STRINGS, [None, "{,}"], '{NULL,"{,}"}'),
        (texts.BYTES, [b"\x00a"], '{"\\\\x0061"}'),
        (texts.INTERVALS, [dt.timedelta(-1, 5, 7)], "{-1 days 5.000007 seconds}"),
    ],
)
def test_array_literals(form: texts.TextForm, values: list[Any], wanted: str) -> None:
    assert texts.array_text(form, values) == wanted
    assert texts.array_text(form, tuple(values)) == wanted


def test_arrays_of_arrays() -> None:
    assert texts.nested_text(texts.INTEGERS, [[1, 2], [3, 4]]) == "{{1, 2},{3, 4}}"
    assert texts.nested_text(texts.STRINGS, [["a"], ["b"]]) == '{{"a"},{"b"}}'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{}", []),
        ('{a,"b c",NULL,"NULL","q\\"\\\\"}', ["a", "b c", None, "NULL", 'q"\\']),
        ("{{a,b},{c,d}}", [["a", "b"], ["c", "d"]]),
        ("[2:3]={a,b}", ["a", "b"]),
    ],
)
def test_array_literals_are_read(text: str, wanted: list[Any]) -> None:
    assert read_array(text) == wanted


def test_a_value_without_a_text_is_refused_by_its_type() -> None:
    with pytest.raises(BindError, match="object"):
        texts.any_text(object())
