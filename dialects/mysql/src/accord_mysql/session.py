"""What every connection is told when it is new, whichever driver opened it.

In: URL options. Out: the setup statements of `ConnectArgs`. Strict mode is not negotiable: without
it the server clamps numbers and cuts strings in silence.
"""

from __future__ import annotations

import re

from accord.exc import ArgumentError

CHARSET = "utf8mb4"
_MODE = re.compile(r"[A-Z_]+(?:,[A-Z_]+)*\Z")
_ZONE = re.compile(r"(?:SYSTEM|[+-]\d{2}:\d{2}|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*)\Z")


def setup(sql_mode: str | None = None, time_zone: str | None = None) -> tuple[str, ...]:
    """The statements: strict mode on top of the server's (or the given) sql_mode, the time zone."""
    statements = [f"SET SESSION sql_mode = {_strict(sql_mode)}"]
    if time_zone is not None:
        if _ZONE.match(time_zone) is None:
            raise ArgumentError(
                "Option 'time_zone' of the URL is an offset such as +00:00, a zone's name, or "
                "SYSTEM"
            )
        statements.append(f"SET SESSION time_zone = '{time_zone}'")
    return tuple(statements)


def _strict(sql_mode: str | None) -> str:
    if sql_mode is None:
        return "CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES')"
    modes = sql_mode.upper().replace(" ", "")
    if modes and _MODE.match(modes) is None:
        raise ArgumentError(
            "Option 'sql_mode' of the URL is a list of modes, such as ANSI_QUOTES,NO_ZERO_DATE"
        )
    return f"'{modes},STRICT_ALL_TABLES'" if modes else "'STRICT_ALL_TABLES'"
