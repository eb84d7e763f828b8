"""Random schemas: nothing differs after create_all, and the printed DDL takes any of them to any
other without losing what it does not mention. ACCORD_SCHEMAS says how many.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from requirements import BACKEND, not_on
from schema_api import apply, compared, said
from schema_world import Specs, changed, metadata_of, random_specs, values

from accord import select

pytestmark = not_on("oracle", "mssql", "the comparison has not been tried on their servers")

HOW_MANY = int(os.environ.get("ACCORD_SCHEMAS", "12"))
FIRST = int(os.environ.get("ACCORD_SCHEMAS_FROM", "0"))


def kept(before: Specs, after: Specs) -> dict[str, list[str]]:
    """The columns that no change touches, by table."""
    found = {}
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.key == new.key:
            same = [c for c, spec in old.columns.items()
                    if c in new.columns and c not in new.fresh and spec.computed is None
                    and new.columns[c].kind == spec.kind]  # fmt: skip
            found[name] = [*old.key, *same]
    return found


def stored(engine: Any, specs: Specs, columns: dict[str, list[str]]) -> dict[str, Any]:
    metadata = metadata_of(specs)
    with engine.connect() as connection:
        return {
            name: sorted(
                connection.execute(select(*[metadata.tables[name].c[c] for c in names])).all(),
                key=lambda row: row[0],
            )
            for name, names in columns.items()
        }  # fmt: skip


@pytest.mark.parametrize("seed", range(FIRST, FIRST + HOW_MANY))
def test_nothing_differs_after_create_all(engine: Any, seed: int) -> None:
    specs = random_specs(random.Random(seed))
    metadata_of(specs).create_all(engine)
    assert "\n".join(said(compared(engine, metadata_of(specs)))) == ""


@pytest.mark.parametrize("seed", range(FIRST, FIRST + HOW_MANY))
def test_any_change_is_made_and_keeps_the_rows(engine: Any, seed: int) -> None:
    chance = random.Random(f"change {seed}")
    before = random_specs(chance)
    metadata = metadata_of(before)
    metadata.create_all(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.insert(), values(before)[table.name])
    after = changed(before, chance)
    columns = kept(before, after)
    rows = stored(engine, before, columns)
    found = compared(engine, metadata_of(after))
    print(BACKEND, "\n", found)
    apply(engine, found)
    assert "\n".join(said(compared(engine, metadata_of(after)))) == ""
    assert stored(engine, after, columns) == rows
