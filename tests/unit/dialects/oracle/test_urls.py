"""URLs: what they name, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from accord import make_url
from accord.exc import ArgumentError
from accord_oracle.urls import connect_args


def arguments(url: str) -> dict[str, Any]:
    return dict(connect_args(make_url(url)).kwargs)


def test_a_service() -> None:
    assert arguments("oracle+oracledb://scott:tiger@host:1522/?service_name=FREEPDB1") == {
        "user": "scott", "password": "tiger", "host": "host", "port": 1522,
        "service_name": "FREEPDB1",
    }  # fmt: skip


def test_an_sid_in_the_path() -> None:
    assert arguments("oracle://scott:tiger@host/ORCL") == {
        "user": "scott", "password": "tiger", "host": "host", "port": 1521, "sid": "ORCL",
    }  # fmt: skip


def test_an_alias_of_tnsnames() -> None:
    assert arguments("oracle://scott:tiger@sales?config_dir=/etc/oracle") == {
        "user": "scott", "password": "tiger", "dsn": "sales", "config_dir": "/etc/oracle",
    }  # fmt: skip


def test_options_are_read() -> None:
    found = arguments(
        "oracle://s@h/?service_name=x&mode=sysdba&tcp_connect_timeout=2.5&events=true"
    )
    assert found["mode"] == 2
    assert found["tcp_connect_timeout"] == 2.5
    assert found["events"] is True


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("oracle://s@h/ORCL?service_name=x", "names one database"),
        ("oracle://s@h:1521/", "needs a service or an SID"),
        ("oracle:///x", "needs a host"),
        ("oracle://s@h/x?encoding=utf8", "Unknown option 'encoding'"),
        ("oracle://s@h/x?retry_count=many", "takes a whole number"),
        ("oracle://s@h/x?mode=root", "SYSDBA"),
    ],
)
def test_refused(url: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        arguments(url)


def test_the_password_is_not_in_the_repr() -> None:
    assert "tiger" not in repr(connect_args(make_url("oracle://scott:tiger@host/ORCL")))
