"""What the catalog says against a strategy, as the sentence that `accord explain` shows.

In: a need and the facts about its table. Out: a Refusal, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import KeyNeed, Refusal

if TYPE_CHECKING:
    from accord_sqlite.catalog import TableFacts


def refuse_relation(facts: TableFacts) -> Refusal | None:
    if facts.kind == "view":
        return Refusal(
            "a view: SQLite does not tell the keys its triggers make; give the objects their keys"
        )
    if facts.kind == "virtual":
        return Refusal("a virtual table has no RETURNING")
    return None


def refuse_uncounted(need: KeyNeed, facts: TableFacts) -> Refusal | None:
    if not need.autoincrement or facts.kind != "table" or facts.rowid_alias:
        return None
    return Refusal(
        f"SQLite does not count this key (declared {facts.declared or 'without a type'}, "
        "only INTEGER PRIMARY KEY of a rowid table counts)"
    )


def refuse_block(need: KeyNeed, facts: TableFacts) -> Refusal | None:
    key = str(need.key.name) if need.key is not None else ""
    if facts.kind != "table":
        return Refusal(
            "not found in the schema its name belongs to"
            if facts.kind == "missing"
            else f"a {facts.kind}, not a plain table"
        )
    if facts.temporary:
        return Refusal("the name means a temporary table, which each connection has for itself")
    if facts.key is None or facts.key.lower() != key.lower():
        return Refusal(f"{key!r} is not the whole primary key in the database")
    if facts.insert_triggers:
        return Refusal(f"INSERT triggers: {', '.join(facts.insert_triggers)}")
    return None
