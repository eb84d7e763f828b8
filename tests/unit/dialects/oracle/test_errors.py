"""What each error of Oracle and of the driver means."""

from __future__ import annotations

import oracledb
import pytest
from doubles.oracle.failures import dpy, ora_error
from oracledb import errors

from accord.dialect import ErrorKind
from accord_oracle.errors import classify


@pytest.mark.parametrize(
    ("code", "kind", "retryable", "disconnect"),
    [
        (60, ErrorKind.DEADLOCK, True, False),
        (8177, ErrorKind.SERIALIZATION, True, False),
        (54, ErrorKind.LOCK_TIMEOUT, True, False),
        (30006, ErrorKind.LOCK_TIMEOUT, True, False),
        (2049, ErrorKind.LOCK_TIMEOUT, True, False),
        (1013, ErrorKind.STATEMENT_TIMEOUT, False, False),
        (3113, ErrorKind.DISCONNECT, False, True),
        (3114, ErrorKind.DISCONNECT, False, True),
        (3135, ErrorKind.DISCONNECT, False, True),
        (12170, ErrorKind.DISCONNECT, False, True),
        (12537, ErrorKind.DISCONNECT, False, True),
        (28, ErrorKind.DISCONNECT, False, True),
        (1012, ErrorKind.DISCONNECT, False, True),
        (12541, ErrorKind.CANNOT_CONNECT, False, False),
        (12514, ErrorKind.CANNOT_CONNECT, False, False),
        (942, ErrorKind.MISSING_OBJECT, False, False),
        (904, ErrorKind.MISSING_OBJECT, False, False),
        (2289, ErrorKind.MISSING_OBJECT, False, False),
        (1031, ErrorKind.PERMISSION, False, False),
        (1017, ErrorKind.PERMISSION, False, False),
        (12899, ErrorKind.DATA, False, False),
        (1438, ErrorKind.DATA, False, False),
        (1722, ErrorKind.DATA, False, False),
        (933, ErrorKind.SYNTAX, False, False),
        (1795, ErrorKind.SYNTAX, False, False),
        (16000, ErrorKind.READ_ONLY, False, False),
        (1653, ErrorKind.DISK, False, False),
        (20001, ErrorKind.OTHER, False, False),
    ],
)
def test_server_error(code: int, kind: ErrorKind, retryable: bool, disconnect: bool) -> None:
    info = classify(ora_error(code, "text"))
    assert (info.kind, info.retryable, info.disconnect) == (kind, retryable, disconnect)


@pytest.mark.parametrize(
    ("code", "message", "kind", "name"),
    [
        (1, "unique constraint (SCOTT.UQ_NAME) violated", ErrorKind.UNIQUE, "uq_name"),
        (
            1,
            "unique constraint (SCOTT.Uq) violated on table SCOTT.T columns (A, B)",
            ErrorKind.UNIQUE,
            "Uq",
        ),
        (1400, 'cannot insert NULL into ("SCOTT"."T"."C")', ErrorKind.NOT_NULL, "t.c"),
        (1407, 'cannot update ("SCOTT"."T"."C") to NULL', ErrorKind.NOT_NULL, "t.c"),
        (2290, "check constraint (SCOTT.CK) violated", ErrorKind.CHECK, "ck"),
        (
            2291,
            "integrity constraint (SCOTT.FK) violated - parent key not found",
            ErrorKind.FOREIGN_KEY,
            "fk",
        ),
        (
            2292,
            "integrity constraint (SCOTT.FK) violated - child record found",
            ErrorKind.FOREIGN_KEY,
            "fk",
        ),
    ],
)
def test_constraint_names(code: int, message: str, kind: ErrorKind, name: str) -> None:
    info = classify(ora_error(code, message))
    assert (info.kind, info.constraint_name) == (kind, name)


def test_a_deferred_constraint_is_named_behind_the_rollback() -> None:
    error = ora_error(
        2091,
        "transaction rolled back",
        "ORA-02291: integrity constraint (SCOTT.FK) violated - parent key not found",
    )
    info = classify(error)
    assert (info.kind, info.constraint_name) == (ErrorKind.FOREIGN_KEY, "fk")


@pytest.mark.parametrize(
    ("number", "kind", "disconnect"),
    [
        (errors.ERR_CONNECTION_CLOSED, ErrorKind.DISCONNECT, True),
        (errors.ERR_NOT_CONNECTED, ErrorKind.DISCONNECT, True),
        (errors.ERR_MISSING_BIND_VALUE, ErrorKind.INTERFACE, False),
        (errors.ERR_NOT_A_QUERY, ErrorKind.INTERFACE, False),
        (errors.ERR_DB_TYPE_NOT_SUPPORTED, ErrorKind.NOT_SUPPORTED, False),
    ],
)
def test_driver_error(number: int, kind: ErrorKind, disconnect: bool) -> None:
    with pytest.raises(oracledb.Error) as caught:
        dpy(number, name="x")
    info = classify(caught.value)
    assert (info.kind, info.disconnect) == (kind, disconnect)


def test_other_exceptions_mean_nothing() -> None:
    assert classify(ValueError("x")).kind is ErrorKind.OTHER


def test_a_key_that_nobody_counts_gets_a_hint() -> None:
    info = classify(ora_error(1400, 'cannot insert NULL into ("SCOTT"."T"."ID")'))
    assert info.hint is not None and "Sequence" in info.hint
