"""accord.dialects.<name>: a plugin's names and its dialect, found over its entry point."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import accord.dialects

GROUP = "accord.dialects"
PACKAGE = """
from accord.dialect import Dialect
class Good(Dialect): pass
def insert(): return "theirs"
"""


@pytest.fixture(autouse=True)
def forget_imported():
    yield
    for name in [name for name in sys.modules if name.startswith("accord.dialects.")]:
        del sys.modules[name]


def test_the_module_is_the_plugins_own(install):
    install("accord-good", GROUP, {"good": "good_plugin:Good"}, good_plugin=PACKAGE)
    from accord.dialects.good import insert

    assert insert() == "theirs"
    import good_plugin

    assert insert is good_plugin.insert
    assert accord.dialects.good.dialect is good_plugin.Good
    assert accord.dialects.good.__doc__ == good_plugin.__doc__
    assert "insert" in dir(accord.dialects.good)
    assert good_plugin.__name__ == "good_plugin"
    assert good_plugin.__spec__.name == "good_plugin"


def test_a_dialect_may_publish_another_module(install):
    source = (
        "from accord.dialect import Dialect\n"
        "class D(Dialect):\n"
        "    public_module = 'other_public'\n"
    )
    install(
        "accord-other",
        GROUP,
        {"other": "other_plugin:D"},
        other_plugin=source,
        other_public="x = 1\n",
    )
    module = importlib.import_module("accord.dialects.other")
    assert (module.x, module.dialect.__module__) == (1, "other_plugin")


def test_a_submodule_is_the_plugins_own_too(install, tmp_path):
    install("accord-pack", GROUP, {"pack": "packed:D"})
    package = tmp_path / "packed"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from accord.dialect import Dialect\nclass D(Dialect): pass\n"
    )
    (package / "json.py").write_text("class JSON: pass\n")
    from accord.dialects.pack.json import JSON

    assert JSON is importlib.import_module("packed.json").JSON


def test_an_unknown_name_is_a_module_that_is_not_found():
    with pytest.raises(ModuleNotFoundError, match="pip install accord-<name>") as caught:
        importlib.import_module("accord.dialects.nosuch")
    assert caught.value.name == "accord.dialects.nosuch"
    with pytest.raises(AttributeError):
        accord.dialects.nosuch


def test_a_broken_plugin_is_an_import_error_with_its_reason(install):
    install("accord-bad", GROUP, {"bad": "bad_plugin:D"}, bad_plugin="1/0")
    with pytest.raises(ImportError, match="ZeroDivisionError"):
        importlib.import_module("accord.dialects.bad")


def test_dir_lists_what_is_installed(install):
    install("accord-good", GROUP, {"good": "good_plugin:Good"}, good_plugin=PACKAGE)
    assert {"good", "sqlite"} <= set(dir(accord.dialects))


def test_sqlite_is_found_in_a_fresh_process():
    program = (
        "import accord.dialects, accord.dialects.sqlite as found, accord_sqlite;"
        "assert found.insert is accord_sqlite.insert and found.dialect.name == 'sqlite'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
