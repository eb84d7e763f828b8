"""`accord.dialect`: flat names, imported on use; the contract's own behaviour."""

import subprocess
import sys

import pytest

import accord.dialect
from accord.dialect import ConnectArgs, Execute, ExecuteMany, Native, Reply


def test_every_name_of_the_surface_exists():
    for name in accord.dialect.__all__:
        assert getattr(accord.dialect, name) is not None
        assert name in dir(accord.dialect)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Dialekt'"):
        _ = accord.dialect.Dialekt


def test_the_request_types_cost_nothing_else():
    """The flush imports requests; that must not import strategies, statements or the SQL layer."""
    code = (
        "import sys; from accord.dialect.steps import Execute; "
        "print(sorted(m for m in sys.modules if m.startswith('accord.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['accord.dialect', 'accord.dialect.steps']"


def test_requests_and_replies_show_no_values():
    shown = [
        repr(Execute(None, "SELECT ?", ("secret",))),
        repr(ExecuteMany(None, "INSERT", [("secret",)])),
        repr(Native(None, "copy", "COPY t", [("secret",)])),
        repr(Reply([("secret",)], 1)),
        repr(ConnectArgs(("secret",), {"password": "secret"})),
    ]
    assert not any("secret" in text for text in shown)
    assert "password" in shown[-1]


def test_connect_args_take_the_users_on_top():
    given = ConnectArgs(("file",), {"timeout": 5, "uri": True}, ("PRAGMA x",))
    changed = given.updated({"timeout": 9})
    assert dict(changed.kwargs) == {"timeout": 9, "uri": True}
    assert (changed.args, changed.setup) == (("file",), ("PRAGMA x",))
    assert dict(given.kwargs) == {"timeout": 5, "uri": True}
