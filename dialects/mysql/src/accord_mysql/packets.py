"""Statements stay below `max_allowed_packet`: a larger one costs the connection.

Rows are split by the worst their values can become as SQL text. Only columns that may hold long
values are looked at; where all are short, nothing is measured. In: rows of a batch. Out: chunks of
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.sqltypes import JSON, Enum, LargeBinary, String

from .casts import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accord.dialect import AnyColumn, Bind, Row

PACKET = 4 * 1024 * 1024
"""What the oldest servers allow, until the server has said what it allows."""
_FIXED = 64  # the longest text of a number or date, a comma and a blank
_RESERVED = 64 * 1024  # the rest of the statement
_WIDEST = 4  # bytes of a character, or of a byte with its escape and the prefix


def largest_packet(bind: Bind) -> int:
    """max_allowed_packet of the server."""
    server = bind.server
    details = dict(server.details) if server is not None else {}
    return int(details.get("max_allowed_packet", PACKET))


def chunks(
    bind: Bind, columns: Sequence[AnyColumn], rows: list[Row], size: int
) -> Iterator[list[Row]]:
    """The rows, at most `size` at a time and no more than fit a packet."""
    room = max(_RESERVED, largest_packet(bind) - _RESERVED)
    places, fixed = _measured(columns)
    if fixed * size <= room and not places:
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
        return
    yield from _by_weight(rows, size, room, places, fixed)


def _by_weight(
    rows: list[Row], size: int, room: int, places: list[int], fixed: int
) -> Iterator[list[Row]]:
    start, weight = 0, 0
    for end, row in enumerate(rows):
        own = fixed
        for place in places:
            value = row[place]
            if isinstance(value, str | bytes):
                own += len(value) * _WIDEST
        if end > start and (weight + own > room or end - start == size):
            yield rows[start:end]
            start, weight = end, 0
        weight += own
    if start < len(rows):
        yield rows[start:]


def _measured(columns: Sequence[AnyColumn]) -> tuple[list[int], int]:
    """The places of columns without a bound, and what the others take at most."""
    places: list[int] = []
    fixed = 0
    for place, column in enumerate(columns):
        type_ = stored(column.type)
        fixed += _FIXED
        if isinstance(type_, String | LargeBinary) and not isinstance(type_, Enum):
            length = type_.length
            if length is None or length > 1_000:
                places.append(place)
            else:
                fixed += length * _WIDEST
        elif isinstance(type_, JSON) or type_.affinity not in _SHORT:
            places.append(place)
    return places, fixed


_SHORT = frozenset(
    {"integer", "numeric", "float", "boolean", "date", "time", "datetime", "interval", "string",
     "uuid"}
)  # fmt: skip
