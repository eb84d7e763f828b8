"""Errors as python-oracledb raises them: its own classes, texts and numbers (DPY-), and Oracle's
(ORA-), made through the driver's own error module where that knows the text.
"""

from __future__ import annotations

from typing import Any, NoReturn

from oracledb import errors


class NotExecuted(NotImplementedError):
    """A statement Oracle would take and the double cannot execute: a limit of the double, never
    to be taken for an answer of the database.
    """


def dpy(number: int, **values: Any) -> NoReturn:
    """Raise an error of the driver."""
    errors._raise_err(number, **values)
    raise AssertionError("unreachable")


def ora_error(code: int, message: str, *more: str) -> Exception:
    """An error of the server, as the driver hands it on."""
    text = "\n".join([f"ORA-{code:05}: {message}", *more])
    error = errors._Error(text, code=code)
    made: Exception = error.exc_type(error)
    return made


def ora(code: int, message: str, *more: str) -> NoReturn:
    """Raise an error of the server."""
    raise ora_error(code, message, *more)
