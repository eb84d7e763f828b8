"""Driver errors become accord's: which class, what is kept, what is taken out."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import pytest

from accord import exc
from accord.dialect.errors import ErrorInfo, ErrorKind
from accord.engine.errors import wrap
from accord.engine.url import make_url


class Error(Exception):
    pass


class DatabaseError(Error):
    pass


class IntegrityError(DatabaseError):
    pass


class OperationalError(DatabaseError):
    pass


class DataError(DatabaseError):
    pass


class InterfaceError(Error):
    pass


class UniqueViolation(IntegrityError):
    pass


@pytest.mark.parametrize(
    ("error", "kind", "expected"),
    [
        (UniqueViolation, ErrorKind.UNIQUE, exc.IntegrityError),
        (IntegrityError, ErrorKind.OTHER, exc.IntegrityError),
        (OperationalError, ErrorKind.DEADLOCK, exc.OperationalError),
        (OperationalError, ErrorKind.CHECK, exc.IntegrityError),
        (InterfaceError, ErrorKind.INTERFACE, exc.InterfaceError),
        (DatabaseError, ErrorKind.OTHER, exc.DatabaseError),
        (DataError, ErrorKind.DATA, exc.DataError),
        (OverflowError, ErrorKind.DATA, exc.DataError),
        (Error, ErrorKind.OTHER, exc.DBAPIError),
    ],
)
def test_classes(error: Any, kind: ErrorKind, expected: Any) -> None:
    wrapped = wrap(error("x"), ErrorInfo(kind))
    assert type(wrapped) is expected and wrapped.kind == kind
    assert error.__name__ in str(wrapped)


def test_what_is_kept() -> None:
    info = ErrorInfo(
        ErrorKind.UNIQUE, constraint_name="uq", retryable=True, disconnect=True, hint="a hint"
    )
    error = IntegrityError("it failed")
    wrapped = wrap(error, info, statement="INSERT", parameters=(1, "x"), extra="more")
    assert wrapped.orig is error and wrapped.statement == "INSERT" and wrapped.params == (1, "x")
    assert wrapped.constraint_name == "uq" and wrapped.retryable and wrapped.connection_invalidated
    for piece in ("it failed", "a hint", "more", "[SQL: INSERT]", "hidden"):
        assert piece in str(wrapped)
    for copied in (pickle.loads(pickle.dumps(wrapped)), copy.copy(wrapped)):
        assert copied.constraint_name == "uq" and copied.params is None


CANARY = "canary-4711"


@pytest.mark.parametrize(
    "parameters",
    [
        (CANARY,),
        {"a": CANARY},
        [(1, "x"), (2, CANARY)],
        [{"a": "x"}, {"a": CANARY}],
        (CANARY.encode(),),
    ],
)
def test_values_are_taken_out_of_messages(parameters: Any) -> None:
    message = f"duplicate key: (a)=({CANARY}) already exists"
    many = isinstance(parameters, list)
    wrapped = wrap(
        IntegrityError(message), ErrorInfo(), statement="S", parameters=parameters, many=many
    )
    try:
        raise wrapped
    except exc.DBAPIError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error)
    assert CANARY not in shown and "(a)=(***)" in shown


def test_numbers_too_and_short_values_not() -> None:
    wrapped = wrap(IntegrityError("key (id)=(123456) in t1"), ErrorInfo(), parameters=(123456, 1))
    assert "123456" not in str(wrapped) and "t1" in str(wrapped)


def test_sensitive_values_are_hidden_even_when_parameters_show() -> None:
    wrapped = wrap(
        IntegrityError(f"saw {CANARY} and plain"),
        ErrorInfo(),
        statement="S",
        parameters=(CANARY, "plain"),
        sensitive=frozenset({0}),
        hide_parameters=False,
    )
    assert CANARY not in str(wrapped) and "plain" in str(wrapped)
    assert wrapped.params == ("***", "plain")
    wrapped = wrap(
        IntegrityError("x"),
        ErrorInfo(),
        statement="S",
        parameters=[{"a": CANARY, "b": 1}],
        sensitive={"a"},
        hide_parameters=False,
        many=True,
    )
    assert wrapped.params == [{"a": "***", "b": 1}]


def test_secrets_of_the_url_are_taken_out() -> None:
    url = make_url("x://u:pa55@h/d?api_token=t0k&token=t1k&token=t2k")
    wrapped = wrap(OperationalError("pa55 t0k t1k t2k d"), ErrorInfo(), url=url)
    assert str(wrapped).endswith("*** *** *** *** d") and wrapped.__cause__ is None
