"""URLs of SQL Server, and what the plugin publishes."""

from __future__ import annotations

from importlib import import_module

import pytest

import accord_mssql
from accord import create_engine, make_url
from accord.exc import ArgumentError
from accord_mssql.urls import connect_args


def test_a_url_names_everything_pymssql_needs():
    url = make_url("mssql+pymssql://u:p%40ss@host:1434/shop?login_timeout=5&read_only=true")
    assert dict(connect_args(url).kwargs) == {
        "server": "host", "port": "1434", "user": "u", "password": "p@ss", "database": "shop",
        "login_timeout": 5, "read_only": True,
    }  # fmt: skip
    plain = connect_args(make_url("mssql://host")).kwargs
    assert plain["port"] == "1433" and plain["database"] == ""
    assert "p@ss" not in repr(connect_args(url))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("nonsense=1", "Unknown option 'nonsense'.*there are appname, encryption"),
        ("timeout=soon", "'timeout' of the SQL Server URL takes whole seconds"),
        ("encryption=maybe", "takes off, request, require"),
        ("tds_version=7.0", "takes 7.3 or 7.4"),
        ("autocommit=1", "isolation_level"),
        ("conn_properties=SET+x", "settings"),
        ("password=x", "stands before the host"),
        ("driver=FreeTDS", r"mssql\+pymssql://"),
        ("charset=cp1252", "UTF-8"),
    ],
)
def test_options_that_are_refused(option, message):
    with pytest.raises(ArgumentError, match=message):
        create_engine(f"mssql+pymssql://host/shop?{option}")


def test_an_engine_connects_to_nothing_by_itself():
    pytest.importorskip("pymssql", reason="needs the driver: pip install pymssql")
    engine = create_engine("mssql://u:secret@nowhere/shop")
    assert engine.dialect.name == "mssql" and "secret" not in repr(engine)


def test_everything_published_is_there():
    assert set(dir(accord_mssql)) == set(accord_mssql.__all__)
    for name in accord_mssql.__all__:
        assert getattr(accord_mssql, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = accord_mssql.nothing
    assert import_module("accord.dialects.mssql").insert is accord_mssql.insert


def test_the_double_can_stand_in_for_pymssql(mssql_double):
    import sys

    mssql_double.install()
    try:
        engine = create_engine(mssql_double.url)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1 AS x").scalar() == 1
        engine.dispose()
    finally:
        mssql_double.uninstall()
    assert sys.modules["pymssql"] is not mssql_double.module
