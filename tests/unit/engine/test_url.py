"""URLs: parsing, derived URLs, rendering, and that no secret ever leaves unasked."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from accord.engine.url import URL, make_url
from accord.exc import ArgumentError

CANARY = "s3cr3t-canary"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sqlite://", ("sqlite", None, None, None, None, None)),
        ("sqlite:///a.db", ("sqlite", None, None, None, None, "a.db")),
        ("sqlite:////tmp/a.db", ("sqlite", None, None, None, None, "/tmp/a.db")),
        ("sqlite:///C:\\x\\y.db", ("sqlite", None, None, None, None, "C:\\x\\y.db")),
        ("sqlite:///:memory:", ("sqlite", None, None, None, None, ":memory:")),
        ("sqlite:///a%20b.db", ("sqlite", None, None, None, None, "a b.db")),
        ("sqlite:///with@sign.db", ("sqlite", None, None, None, None, "with@sign.db")),
        ("mysql://u@h/", ("mysql", "u", None, "h", None, "")),
        ("postgresql://u:@h/db", ("postgresql", "u", "", "h", None, "db")),
        ("postgresql://:pw@h/db", ("postgresql", "", "pw", "h", None, "db")),
        ("postgresql://u:p/w?x@h/db", ("postgresql", "u", "p/w?x", "h", None, "db")),
        (
            "postgresql+psycopg://u%40:p%2Fw@[::1]:5432/d",
            ("postgresql+psycopg", "u@", "p/w", "::1", 5432, "d"),
        ),
        ("postgresql://host:5432/db?x=a@b", ("postgresql", None, None, "host", 5432, "db")),
        ("postgresql://[::1]:5432/db?x=a@b", ("postgresql", None, None, "::1", 5432, "db")),
        ("postgresql://host", ("postgresql", None, None, "host", None, None)),
        ("postgresql://host:/db", ("postgresql", None, None, "host", None, "db")),
        ("postgresql://:5432/db", ("postgresql", None, None, None, 5432, "db")),
        ("mssql+pyodbc://dsn_name", ("mssql+pyodbc", None, None, "dsn_name", None, None)),
    ],
)
def test_parsing(text: str, parts: tuple[object, ...]) -> None:
    url = make_url(text)
    assert (url.drivername, url.username, url.password, url.host, url.port, url.database) == parts
    assert make_url(url.render_as_string(hide_password=False)) == url


def test_query() -> None:
    url = make_url("sqlite:////tmp/x?a=1&a=2&b=&c=%C3%A9+x")
    assert dict(url.query) == {"a": ("1", "2"), "c": "é x"}
    assert dict(url.normalized_query) == {"a": ("1", "2"), "c": ("é x",)}
    assert str(url) == "sqlite:////tmp/x?a=1&a=2&c=%C3%A9+x"
    assert make_url(str(url)) == url


def test_options_without_a_value_are_kept_if_asked_for() -> None:
    url = make_url("sqlite:///x?a=&b=1", keep_blank_values=True)
    assert dict(url.query) == {"a": "", "b": "1"}
    assert dict(url.update_query_string("c=&b=2", keep_blank_values=True).query) == {
        "a": "", "b": "2", "c": "",
    }  # fmt: skip
    assert dict(url.update_query_string("c=&b=2").query) == {"a": "", "b": "2"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foo", "no '://'"),
        ("", "no '://'"),
        (f"://u:{CANARY}@h", "before '://'"),
        (f"foo-bar://u:{CANARY}@h", "before '://'"),
        ("foo://h:abc/", "port of the foo URL is not a number"),
        (f"postgresql://u:{CANARY}@b@h/d", "%40"),
        (f"postgresql://u@{CANARY}@h/d", "%40"),
        (f"postgresql://{CANARY}:70000/d", "between 1 and 65535"),
        ("postgresql://::1:5432/d", "brackets"),
    ],
)
def test_malformed(text: str, expected: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        make_url(text)
    assert expected in str(caught.value)
    assert CANARY not in str(caught.value)


def test_not_a_string() -> None:
    with pytest.raises(ArgumentError, match="not int"):
        make_url(3)  # type: ignore[arg-type]
    url = make_url("sqlite://")
    assert make_url(url) is url


@pytest.mark.parametrize(
    "arguments",
    [
        {"drivername": 1},
        {"drivername": ""},
        {"drivername": "x", "port": "a"},
        {"drivername": "x", "port": 0},
        {"drivername": "x", "query": {"a": 1}},
        {"drivername": "x", "query": {1: "a"}},
        {"drivername": "x", "host": 3},
    ],
)
def test_create_refuses(arguments: dict[str, object]) -> None:
    with pytest.raises(ArgumentError):
        URL.create(**arguments)  # type: ignore[arg-type]


def test_create_quotes() -> None:
    url = URL.create(
        "mysql+pymysql",
        "a b@:/",
        "p w+/@?",
        "::1",
        3,
        "d?b/ %#",
        {"a": ["1", "2"], "k": "v&x"},
    )
    text = url.render_as_string(hide_password=False)
    assert make_url(text) == url
    assert "/d%3Fb/ %25%23?a=1&a=2&k=v%26x" in text


def test_no_constructor_and_immutable() -> None:
    with pytest.raises(TypeError, match="make_url"):
        URL("sqlite")
    url = make_url("sqlite://")
    with pytest.raises(AttributeError, match=r"url\.set\(host="):
        url.host = "x"
    with pytest.raises(AttributeError):
        del url.host
    with pytest.raises(TypeError):
        url.query["a"] = "b"  # type: ignore[index]
    assert copy.copy(url) is url
    assert copy.deepcopy(url) is url


def test_set_and_compare() -> None:
    url = make_url("postgresql://u:p@h:1/d?a=b")
    assert url.set(port=2).port == 2
    assert url.set(password=None, database=None).render_as_string(False) == "postgresql://u@h:1?a=b"
    assert url.set("mysql+pymysql", query={}).render_as_string(False) == "mysql+pymysql://u:p@h:1/d"
    assert url.set() == url and hash(url.set()) == hash(url)
    assert url != url.set(port=2)
    assert url != "postgresql://u:p@h:1/d?a=b"
    assert {url: 1}[make_url("postgresql://u:p@h:1/d?a=b")] == 1


def test_update_query() -> None:
    url = make_url("postgresql://h/d?a=b")
    assert dict(url.update_query_string("a=1&c=2&c=3").query) == {"a": "1", "c": ("2", "3")}
    assert dict(url.update_query_string("a=1", append=True).query) == {"a": ("b", "1")}
    assert dict(url.update_query_dict({"a": ["x", "y"]}).query) == {"a": ("x", "y")}
    assert dict(url.update_query_dict({"z": "x"}, append=True).query) == {"a": "b", "z": "x"}
    assert dict(url.update_query_pairs([("a", "1"), ("a", "2")]).query) == {"a": ("1", "2")}
    assert dict(url.difference_update_query(["a", "q"]).query) == {}


def test_names() -> None:
    assert make_url("postgresql+psycopg://").get_backend_name() == "postgresql"
    assert make_url("postgresql+psycopg://").get_driver_name() == "psycopg"


def test_translate_connect_args() -> None:
    url = make_url("postgresql://u:p@h/")
    assert url.translate_connect_args(username="user") == {
        "host": "h",
        "user": "u",
        "password": "p",
    }
    assert url.translate_connect_args(["server", "db", "user"]) == {
        "server": "h",
        "user": "u",
        "password": "p",
    }


SECRETS = [
    f"postgresql://u:{CANARY}@h/d",
    f"postgresql://:{CANARY}@h/d",
    f"postgresql://u@h/d?password={CANARY}",
    f"postgresql://u@h/d?passwd={CANARY}&sslmode=require",
    f"postgresql://u@h/d?sslpassword={CANARY}",
    f"postgresql://u@h/d?api_token={CANARY}&api_token=x",
    f"oracle://u@h/d?wallet_password={CANARY}",
    f"mysql://u@h/d?SSL_KEY={CANARY}",
    f"mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BUID%3Du%3BPWD%3D{CANARY}%3BServer%3Dh",
    f"mssql+pyodbc:///?odbc_connect=Password+%3D+%7B{CANARY}%3Bx%7D%3BServer%3Dh",
    f"oracle:///?dsn=user%3Du+password%3D'{CANARY}+b'+host%3Dh",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_shows(text: str) -> None:
    url = make_url(text)
    assert CANARY in url.render_as_string(hide_password=False)
    thawed = pickle.loads(pickle.dumps(url))
    shown = [
        str(url),
        repr(url),
        f"{url}",
        f"{url!r}",
        repr([url]),
        repr(thawed),
        thawed.render_as_string(hide_password=False),
        repr(pickle.dumps(url)),
        str(url.update_query_dict({"connect_timeout": "3"})),
    ]
    for line in shown:
        assert CANARY not in line
    assert "***" in str(url)


def test_pickle_keeps_the_rest() -> None:
    url = make_url("postgresql+psycopg://u:pw@h:1/d?sslmode=require&password=x")
    assert pickle.loads(pickle.dumps(url)) == make_url(
        "postgresql+psycopg://u@h:1/d?sslmode=require"
    )


def test_masking_keeps_what_is_not_secret() -> None:
    url = make_url("mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3Dabc%3BServer%3Dh&timeout=3")
    assert str(url).endswith("odbc_connect=UID%3Du%3BPWD%3D***%3BServer%3Dh&timeout=3")


def test_what_is_no_text_is_a_wrong_type() -> None:
    for wrong in ({"host": 5}, {"query": {"a": 5}}, {"drivername": 3}):
        parts: Any = {"drivername": "sqlite", **wrong}
        with pytest.raises(TypeError):
            URL.create(**parts)
        with pytest.raises(ArgumentError):
            URL.create(**parts)
