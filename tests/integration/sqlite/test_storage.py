"""SQLite's dates and times in a text form of one's choice, and JSON in its binary form."""

import datetime as dt
from typing import Any

import pytest

from accord import Column, Integer, MetaData, Table, insert, select, text
from accord.dialects.sqlite import DATE, DATETIME, JSONB, TIME
from accord.exc import ArgumentError

GERMAN = "%(day)02d.%(month)02d.%(year)04d"
GERMAN_REGEXP = r"(?P<day>\d+)\.(?P<month>\d+)\.(?P<year>\d+)"
DAY, MOMENT, CLOCK = dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 12, 5, 6, 789), dt.time(1, 2, 3)


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        (DATE(), DAY, "2024-03-01"),
        (DATE(storage_format=GERMAN, regexp=GERMAN_REGEXP), DAY, "01.03.2024"),
        (DATE(storage_format="%(year)d/%(month)d/%(day)d", regexp=r"(\d+)/(\d+)/(\d+)"), DAY,
         "2024/3/1"),
        (DATETIME(), MOMENT, "2024-03-01 12:05:06.000789"),
        (DATETIME(truncate_microseconds=True), MOMENT.replace(microsecond=0),
         "2024-03-01 12:05:06"),
        (TIME(), CLOCK, "01:02:03.000000"),
        (TIME(truncate_microseconds=True), CLOCK, "01:02:03"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_storage_format(engine: Any, type_: Any, value: Any, stored: str) -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("v", type_))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "v": value}, {"id": 2, "v": None}])
        assert connection.scalars(select(table.c.v).order_by(table.c.id)).all() == [value, None]
        assert connection.scalar(text("SELECT v FROM t WHERE id = 1")) == stored
        assert connection.scalar(select(table.c.id).where(table.c.v == value)) == 1
        shown = select(table.c.id).where(table.c.v == value).compile(
            connection, compile_kwargs={"literal_binds": True}
        )  # fmt: skip
        assert connection.exec_driver_sql(str(shown)).scalar() == 1


def test_a_format_is_checked_when_it_is_given() -> None:
    with pytest.raises(ArgumentError, match="is no % format over year"):
        DATE(storage_format="%(hour)d")


def test_jsonb_is_written_and_read_through_its_functions(engine: Any) -> None:
    table = Table("t", MetaData(), Column("id", Integer), Column("v", JSONB))
    assert "jsonb(?)" in str(insert(table).compile(engine))
    assert str(select(table.c.v).compile(engine)).startswith("SELECT json(t.v) AS v")
