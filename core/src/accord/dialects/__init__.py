"""`accord.dialects.<name>`: the public module of whichever plugin provides the dialect `name`.

Ported code keeps its import lines: ``from accord.dialects.sqlite import insert`` gives what the
plugin publishes, and ``sqlite.dialect`` is the dialect class itself. A finder answers these imports
from the entry points; the module has nothing of its own but that name, everything else is looked up
in the plugin's. A dialect class may say which module in `public_module`; the package it is defined
in otherwise.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final

from accord.exc import NoSuchModuleError, PluginError
from accord.hooks import installed_dialects, load_dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import Dialect

_PREFIX: Final = f"{__name__}."
#: Modules whose names ported code imports: a plugin publishes them without having the module.
_INNER: Final = frozenset(
    {"array", "base", "dml", "enumerated", "hstore", "json", "named_types", "ranges", "types"}
)


class _Published(ModuleType):
    """What a plugin publishes, and `dialect`."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        return getattr(self.__plugin__, name)

    def __dir__(self) -> list[str]:
        return [*dir(self.__plugin__), "dialect"]


class _PluginModules(MetaPathFinder, Loader):
    """Answers imports below this package, those of submodules too, with the plugin's modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(_PREFIX):
            return None
        is_dialect = "." not in fullname.removeprefix(_PREFIX)
        return ModuleSpec(fullname, self, origin="a plugin", is_package=is_dialect)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Published(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        name, _, below = module.__name__.removeprefix(_PREFIX).partition(".")
        dialect = _dialect_class(name)
        published = getattr(dialect, "public_module", None)
        public = str(published or dialect.__module__.partition(".")[0])
        if below:
            # The import system takes what stands here afterwards: the very module.
            sys.modules[module.__name__] = _below(public, below)
            return
        found = import_module(public)
        vars(module).update(__plugin__=found, __doc__=found.__doc__, dialect=dialect)


def _below(public: str, name: str) -> ModuleType:
    """The plugin's module of that name; for one of those SQLAlchemy has, the public one instead."""
    try:
        return import_module(f"{public}.{name}")
    except ModuleNotFoundError as error:
        if name in _INNER and error.name == f"{public}.{name}":
            return import_module(public)
        raise


def _dialect_class(name: str) -> type[Dialect]:
    try:
        return load_dialect(name)
    except NoSuchModuleError as error:
        raise ModuleNotFoundError(str(error), name=f"{_PREFIX}{name}") from None
    except PluginError as error:
        raise ImportError(str(error), name=f"{_PREFIX}{name}") from error


def __getattr__(name: str) -> ModuleType:
    if any(plugin.name == name for plugin in installed_dialects()):
        return import_module(f"{_PREFIX}{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({plugin.name for plugin in installed_dialects()})


sys.meta_path.insert(0, _PluginModules())
