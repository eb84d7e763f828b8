"""`accord demo`: the shop it builds, what it writes, and that it refuses to overwrite."""

from __future__ import annotations

import sqlite3

import pytest
from rich.console import Console

from accord.cli import demo
from accord.cli.demo import shop
from accord.exc import ArgumentError


@pytest.mark.parametrize("rows", [100, 1_003, 5_000])
def test_the_shop_has_exactly_the_rows_asked_for_and_is_the_same_each_time(rows):
    told = []
    built = shop.build(rows, told.append)
    count = len(built.categories) + len(built.products) + len(built.customers)
    count += sum(1 + len(order.lines) for order in built.orders())
    assert count == rows == sum(told)
    assert built.total() == shop.build(rows).total() > 0


def test_the_demo_does_its_steps_and_keeps_the_files(tmp_path):
    console = Console(width=160)
    with console.capture() as capture:
        steps = demo.run(console, rows=1_000, keep=tmp_path)
    assert [step.rows for step in steps[:2]] == [1_000, 1_000]
    assert all(step.raw_seconds for step in steps[1:-1])
    for word in ("raw driver", "one unit of work", "roll back", "best customers"):
        assert word in capture.get()
    for name in ("catalogue", "orders"):
        ours, raw = (sqlite3.connect(tmp_path / f"{file}.sqlite") for file in (name, f"raw-{name}"))
        tables = [
            table for (table,) in ours.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        assert tables
        for table in tables:
            assert sorted(ours.execute(f"SELECT * FROM {table}")) == sorted(
                raw.execute(f"SELECT * FROM {table}")
            )
        ours.close()
        raw.close()
    with pytest.raises(ArgumentError, match="holds catalogue.sqlite"):
        demo.run(Console(quiet=True), rows=100, keep=tmp_path)
