"""Dialects by name: only the one asked for is imported, and every failure says what to do."""

from __future__ import annotations

import sys

import pytest

from accord import exc
from accord.hooks import installed_dialects, load_dialect

GROUP = "accord.dialects"
GOOD = "from accord.dialect import Dialect\nclass D(Dialect): pass\n"


def test_only_the_dialect_asked_for_is_imported(install):
    install("accord-one", GROUP, {"one": "one_plugin:D"}, one_plugin=GOOD)
    install(
        "accord-two", GROUP, {"two": "two_plugin:D"}, two_plugin="raise RuntimeError('imported')"
    )
    assert {"one", "two", "sqlite"} <= {plugin.name for plugin in installed_dialects()}
    assert "one_plugin" not in sys.modules
    assert load_dialect("one").__module__ == "one_plugin"
    assert "two_plugin" not in sys.modules


def test_what_is_installed_names_distribution_and_version(install):
    install("accord-one", GROUP, {"one": "one_plugin:D"}, one_plugin=GOOD)
    (plugin,) = [plugin for plugin in installed_dialects() if plugin.name == "one"]
    assert (plugin.distribution, plugin.version, plugin.target) == (
        "accord-one",
        "1.2",
        "one_plugin:D",
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nosuch", "pip install accord-<name>"),
        ("mariadb", "pip install accord-mysql"),
        ("postgres", "'postgresql'.? Write: pip install accord-postgresql"),
    ],
)
def test_an_unknown_name_lists_the_installed_ones_and_the_line_to_write(name, line):
    if name in {plugin.name for plugin in installed_dialects()}:
        pytest.skip(f"the dialect {name} is installed here")
    with pytest.raises(
        exc.NoSuchModuleError, match=f"dialect '{name}'; installed: .*sqlite.*{line}"
    ):
        load_dialect(name)


@pytest.mark.parametrize("name", ["no such; rm", "No", "x" * 80, ""])
def test_a_name_no_distribution_can_have_gets_no_line_to_copy(name):
    with pytest.raises(exc.NoSuchModuleError) as caught:
        load_dialect(name)
    assert "pip install" not in str(caught.value)


def test_a_name_claimed_twice_names_both_distributions(install):
    install("accord-one", GROUP, {"same": "one_plugin:D"}, one_plugin=GOOD)
    install("accord-other", GROUP, {"same": "two_plugin:D"}, two_plugin=GOOD)
    with pytest.raises(
        exc.PluginError, match=r"'same' is claimed by accord-one .* and accord-other"
    ):
        load_dialect("same")
    assert load_dialect("sqlite") is not None


def test_a_dialect_that_cannot_be_imported_is_reported_alone(install):
    install("accord-bad", GROUP, {"bad": "bad_plugin:D"}, bad_plugin="import no_such_driver_module")
    with pytest.raises(
        exc.PluginError, match=r"'bad' of accord-bad 1.2 .*ModuleNotFoundError"
    ) as caught:
        load_dialect("bad")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)
    assert load_dialect("sqlite") is not None


def test_a_missing_attribute_and_a_wrong_object_are_reported(install):
    install(
        "accord-bad",
        GROUP,
        {"gone": "bad_plugin:Gone", "wrong": "bad_plugin:wrong"},
        bad_plugin="wrong = 3",
    )
    with pytest.raises(exc.PluginError, match="AttributeError"):
        load_dialect("gone")
    with pytest.raises(exc.PluginError, match=r"not a subclass of accord\.dialect\.Dialect"):
        load_dialect("wrong")
