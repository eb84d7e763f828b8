"""The system procedures the dialect calls.

In: a name and arguments as text. Out: a Result, output variables set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .errors import ServerError, syntax
from .functions import next_value
from .translate import parse

if TYPE_CHECKING:
    from .session import Result, Session


def call(session: Session, name: str, arguments: list[str]) -> Result:
    from .session import Result

    given: dict[str, Any] = {}
    outputs: dict[str, str] = {}
    for argument in arguments:
        found = re.match(r"\s*@(\w+)\s*=\s*(.*?)(\s+OUTPUT)?\s*$", argument, re.S | re.I)
        if found is None:
            raise syntax(argument)
        if found.group(3):
            outputs[found.group(1).lower()] = found.group(2).lower()
        else:
            given[found.group(1).lower()] = _value(session, found.group(2))
    short = name.lower().split(".")[-1].strip("[]")
    procedure = _PROCEDURES.get(short)
    if procedure is None:
        raise ServerError(2812, f"Could not find stored procedure '{name}'.")
    for output, value in procedure(session, given).items():
        if output in outputs:
            session.variables[outputs[output]] = value
    return Result()


def _value(session: Session, text: str) -> Any:
    """docs: EXECUTE: an argument is a constant or a variable, never an expression."""
    if not re.fullmatch(r"@\w+|N?'(?:[^']|'')*'|-?\d+|NULL", text.strip(), re.I):
        raise syntax(text.strip()[:10])
    tree = parse(f"SELECT {text} AS x")
    (value,) = session.data.execute(session.translator.text(tree)).fetchone()
    return value


def _range(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """docs: sp_sequence_get_range."""
    name = str(given["sequence_name"]).replace("[", "").replace("]", "")
    first = None
    for _ in range(int(given["range_size"])):
        number = next_value(session, name.removeprefix("dbo."))
        first = number if first is None else first
    key = name if "." in name else f"dbo.{name}"
    (step,) = session.data.execute(
        "SELECT step FROM sys_sequences WHERE name = ?", (key,)
    ).fetchone()
    return {"range_first_value": first, "sequence_increment": step}


def _place(session: Session, given: dict[str, Any]) -> tuple[int, int]:
    for level, expected in (("level0type", "SCHEMA"), ("level1type", "TABLE")):
        if str(given.get(level)).upper() != expected:
            raise ServerError(15600, "An invalid parameter or option was specified.")
    owner = session.object_id(f"[{given['level0name']}].[{given['level1name']}]")
    if owner is None:
        raise ServerError(15135, "Object is invalid.")
    column = given.get("level2name")
    minor = 0
    if column is not None:
        from .functions import _column

        found = _column(session, owner, str(column))
        if found is None:
            raise ServerError(15135, "Object is invalid.")
        minor = found
    return owner, minor


def _add(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    owner, minor = _place(session, given)
    session.data.execute(
        "INSERT INTO sys_extended_properties VALUES (1, ?, ?, ?, ?)",
        (given["name"], owner, minor, given["value"]),
    )
    return {}


def _update(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    owner, minor = _place(session, given)
    session.data.execute(
        "UPDATE sys_extended_properties SET value = ? WHERE name = ? AND major_id = ? "
        "AND minor_id = ?",
        (given["value"], given["name"], owner, minor),
    )
    return {}


def _drop(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    owner, minor = _place(session, given)
    session.data.execute(
        "DELETE FROM sys_extended_properties WHERE name = ? AND major_id = ? AND minor_id = ?",
        (given["name"], owner, minor),
    )
    return {}


_PROCEDURES = {
    "sp_sequence_get_range": _range,
    "sp_addextendedproperty": _add,
    "sp_updateextendedproperty": _update,
    "sp_dropextendedproperty": _drop,
}
