"""Execution options: which values make sense where. Unknown names pass: they are for listeners.

In: options as a program gives them, before anything is executed with them. Out: nothing, or an
`ArgumentError` that says what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.sql.target import schema_map_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RETIRED: Final = {
    "autocommit": "write isolation_level='AUTOCOMMIT' for a connection without transactions",
    "future": "leave it out, connections always work the 2.0 way",
    "implicit_returning": "it is decided for each table by its key plan",
}


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse values that would be noticed late, or would silently do nothing."""
    for name, value in options.items():
        check = _CHECKS.get(name)
        if check is not None:
            check(name, value)


def check_statement_options(options: Mapping[str, Any]) -> None:
    """As `check_options`, for those of one statement or one call."""
    if "isolation_level" in options:
        raise ArgumentError(
            "The execution option isolation_level is one of connections and engines, a statement "
            "has none of its own; write connection.execution_options(isolation_level=...) before "
            "the first statement"
        )
    check_options(options)


def _count(name: str, value: object) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ArgumentError(f"{name} is a number of rows, at least 1; not {value!r}")


def _text(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise ArgumentError(f"{name} is a string, not {type(value).__name__}")


def _cache(name: str, value: object) -> None:
    if value is not None and not (hasattr(value, "get") and hasattr(value, "__setitem__")):
        raise ArgumentError(
            f"{name} is a dict that compiled statements are kept in, or None to keep none; not "
            f"{type(value).__name__}"
        )


def _schemas(name: str, value: object) -> None:
    schema_map_of(value)


def _retired(name: str, value: object) -> None:
    raise ArgumentError(f"The execution option {name} is not available; {_RETIRED[name]}")


_CHECKS: Final[Mapping[str, Callable[[str, object], None]]] = {
    "compiled_cache": _cache,
    "insertmanyvalues_page_size": _count,
    "logging_token": _text,
    "max_row_buffer": _count,
    "schema_translate_map": _schemas,
    "yield_per": _count,
    **dict.fromkeys(_RETIRED, _retired),
}
