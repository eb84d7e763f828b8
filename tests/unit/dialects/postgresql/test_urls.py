"""URLs: SQLAlchemy's spelling becomes psycopg's arguments; what is not known is refused by name."""

from typing import Any

import pytest

from accord import create_engine, exc, make_url
from accord_postgresql.urls import connect_args


def arguments(url: str) -> dict[str, Any]:
    found = dict(connect_args(make_url(url)).kwargs)
    assert found.pop("client_encoding") == "UTF8"
    return found


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgresql://", {}),
        ("postgresql:///shop", {"dbname": "shop"}),
        (
            "postgresql+psycopg://u:p%40ss@db:5433/shop",
            {"host": "db", "port": "5433", "user": "u", "password": "p@ss", "dbname": "shop"},
        ),
        (
            "postgresql://u@[::1]:5432/x",
            {"host": "::1", "port": "5432", "user": "u", "dbname": "x"},
        ),
        ("postgresql://u@/x?host=/run/pg", {"host": "/run/pg", "user": "u", "dbname": "x"}),
        ("postgresql:///x?host=a:1&host=b:2", {"host": "a,b", "port": "1,2", "dbname": "x"}),
        ("postgresql:///x?host=a:1&host=b", {"host": "a,b", "port": "1,5432", "dbname": "x"}),
        ("postgresql:///x?host=a,b&port=1,2", {"host": "a,b", "port": "1,2", "dbname": "x"}),
        (
            "postgresql:///x?host=[::1]:5433&host=b",
            {"host": "::1,b", "port": "5433,5432", "dbname": "x"},
        ),
        (
            "postgresql://h/x?sslmode=require&application_name=a%20b&connect_timeout=5",
            {
                "host": "h",
                "dbname": "x",
                "sslmode": "require",
                "application_name": "a b",
                "connect_timeout": 5,
            },
        ),
        ("postgresql://h?prepare_threshold=none", {"host": "h", "prepare_threshold": None}),
        (
            "postgresql://h?options=-c%20search_path%3Da",
            {"host": "h", "options": "-c search_path=a"},
        ),
    ],
)
def test_what_a_url_means(url: str, wanted: dict[str, Any]) -> None:
    assert arguments(url) == wanted


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://h/x?sslmod=require", "sslmod"),
        ("postgresql://h/x?password=s3cret", "before the host"),
        ("postgresql://h/x?user=u", "before the host"),
        ("postgresql://h/x?autocommit=1", "isolation_level"),
        ("postgresql://h/x?client_encoding=latin1", "UTF8"),
        ("postgresql://h/x?connect_timeout=soon", "connect_timeout"),
        ("postgresql://h/x?host=a", "host"),
        ("postgresql:///x?host=a:1&port=2", "port"),
        ("postgresql:///x?host=a&host=b&port=1,2,3", "ports"),
        ("postgresql:///x?host=a:b", "number"),
    ],
)
def test_what_is_refused(url: str, words: str) -> None:
    with pytest.raises(exc.ArgumentError, match=words) as caught:
        connect_args(make_url(url))
    assert "s3cret" not in str(caught.value)


def test_an_engine_needs_no_server_until_it_connects() -> None:
    engine = create_engine("postgresql://u:canary@nowhere.invalid/x?sslpassword=canary")
    assert "canary" not in f"{engine!r} {engine.url}"


@pytest.mark.parametrize("name", ["autocommit", "row_factory", "cursor_factory"])
def test_connect_args_that_would_break_the_dialect(name: str) -> None:
    engine = create_engine("postgresql://127.0.0.1:1/x", connect_args={name: None})
    with pytest.raises(exc.ArgumentError, match=name):
        engine.connect()
