"""`accord.dialects.<name>`: the public module of whichever plugin provides the dialect `name`.

Ported code keeps its import lines: ``from accord.dialects.sqlite import insert`` gives what the
plugin publishes. A finder answers these imports from the entry points; the module is the plugin's
own, under a second name, never a copy. A dialect class may say which one in `public_module`; the
package it is defined in otherwise.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Final

from accord.exc import NoSuchModuleError, PluginError
from accord.hooks import installed_dialects, load_dialect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_PREFIX: Final = f"{__name__}."


class _PluginModules(MetaPathFinder, Loader):
    """Answers imports below this package, those of submodules too, with the plugin's modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(_PREFIX):
            return None
        return ModuleSpec(fullname, self, origin="a plugin")

    def exec_module(self, module: ModuleType) -> None:
        name, _, below = module.__name__.removeprefix(_PREFIX).partition(".")
        public = _public_module(name)
        found = import_module(f"{public}.{below}" if below else public)
        # The import system takes what stands here afterwards: the very module, not a second one.
        sys.modules[module.__name__] = found


def _public_module(name: str) -> str:
    try:
        dialect = load_dialect(name)
    except NoSuchModuleError as error:
        raise ModuleNotFoundError(str(error), name=f"{_PREFIX}{name}") from None
    except PluginError as error:
        raise ImportError(str(error), name=f"{_PREFIX}{name}") from error
    published = getattr(dialect, "public_module", None)
    return str(published or dialect.__module__.partition(".")[0])


def __getattr__(name: str) -> ModuleType:
    if any(plugin.name == name for plugin in installed_dialects()):
        return import_module(f"{_PREFIX}{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({plugin.name for plugin in installed_dialects()})


sys.meta_path.insert(0, _PluginModules())
