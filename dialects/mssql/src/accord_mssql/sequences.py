"""Numbers of a sequence, many at a time.

In: a Sequence and a count. Out: Steps with the numbers, in the order they were drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accord.dialect import Bind, Execute, Steps
from accord.dialect.texts import table_name
from accord.exc import InvalidRequestError

if TYPE_CHECKING:
    from accord.schema import Sequence

AT_A_TIME = 1_000
"""Rows of one SELECT that draws."""
_RANGE = (
    "DECLARE @accord_first SQL_VARIANT, @accord_step SQL_VARIANT; "
    "EXEC sys.sp_sequence_get_range @sequence_name = {name}, @range_size = {count}, "
    "@range_first_value = @accord_first OUTPUT, @sequence_increment = @accord_step OUTPUT; "
    "SELECT CAST(@accord_first AS BIGINT) AS first_value, CAST(@accord_step AS BIGINT) AS step"
)


def draw_steps(bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
    """The next `count` numbers."""
    if count < 1:
        return []
    if count == 1 or sequence.cycle:
        return (yield from _select_steps(bind, sequence, count))
    name = "N'" + table_name(bind, sequence).replace("'", "''") + "'"
    reply = yield Execute(bind, _RANGE.format(name=name, count=count), write=True)
    first, step = cast("tuple[int, int]", reply.rows[0])
    return [int(first) + place * int(step) for place in range(count)]


def _select_steps(bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
    name = table_name(bind, sequence)
    numbers: list[int] = []
    while len(numbers) < count:
        size = min(AT_A_TIME, count - len(numbers))
        rows = ", ".join([f"({place})" for place in range(size)])
        source = f" FROM (VALUES {rows}) AS accord_v (c1)" if size > 1 else ""
        reply = yield Execute(
            bind, f"SELECT NEXT VALUE FOR {name} AS next_value{source}", write=True
        )
        if len(reply.rows) != size:
            raise InvalidRequestError(
                f"Sequence {sequence.fullname!r} gave {len(reply.rows)} numbers for {size}"
            )
        numbers += [int(cast("int", row[0])) for row in reply.rows]
    return numbers
