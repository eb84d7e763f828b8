"""What a dialect declares about one capability, by the id of its question.

"dml.returning_insert" is a yes/no question; "dml.update_forms:merge" one choice of a menu;
"transactions.isolation_levels:SERIALIZABLE" one name of a list; "keys.lastrowid_many" and
"limits.parameters" have a value, which is always declared. In: settled capabilities and an id. Out:
a Support.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, cast

from accord.dialect import (
    YES,
    Capabilities,
    DeleteForm,
    InsertForm,
    Never,
    RowValues,
    Support,
    UpdateForm,
    Upsert,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

CHOICES: dict[str, type[StrEnum]] = {
    "dml.insert_forms": InsertForm,
    "dml.update_forms": UpdateForm,
    "dml.delete_forms": DeleteForm,
    "dml.row_values": RowValues,
    "dml.upsert": Upsert,
}
"""Menus: each choice on accord's list is a question of its own."""

LEVELS = (
    "AUTOCOMMIT",
    "READ UNCOMMITTED",
    "READ COMMITTED",
    "REPEATABLE READ",
    "SNAPSHOT",
    "SERIALIZABLE",
)
"""The names of isolation levels that databases have."""


def question_ids() -> Iterator[str]:
    """The id of every question that `Capabilities` asks, choices spread out."""
    for group in fields(Capabilities):
        kind = _group_class(group.name)
        if kind is None:
            if group.name != "limits_since":  # other numbers for the same questions
                yield group.name
            continue
        for item in fields(kind):
            name = f"{group.name}.{item.name}"
            if name in CHOICES:
                yield from (f"{name}:{choice.value}" for choice in CHOICES[name])
            elif name == "transactions.isolation_levels":
                yield from (f"{name}:{level}" for level in LEVELS)
            else:
                yield name


def _group_class(name: str) -> type | None:
    default = getattr(Capabilities(), name)
    return type(default) if is_dataclass(default) and not isinstance(default, type) else None


def answer(capabilities: Capabilities, question: str) -> object:
    """The field's value as the dialect gave it."""
    value: object = capabilities
    for part in question.partition(":")[0].split("."):
        value = getattr(value, part)
    return value


def declared(capabilities: Capabilities, question: str) -> Support:
    """Whether the dialect declares it, with its reason."""
    value = answer(capabilities, question)
    choice = question.partition(":")[2]
    if isinstance(value, Support):
        return value
    if not choice:
        return YES  # a number or a word
    for item in cast("tuple[object, ...]", value):
        if isinstance(item, tuple):
            found, support = cast("tuple[StrEnum, Support]", item)
            if found.value == choice:
                return support
        elif item == choice:
            return YES
    return Never("not on the dialect's list")


def has_value(question: str) -> bool:
    """Whether the answer is a number or a word, so that there is no such thing as undeclared."""
    if ":" in question:
        return False
    return not isinstance(answer(Capabilities(), question), Support)
