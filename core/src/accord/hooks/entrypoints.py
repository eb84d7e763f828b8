"""Installed plugins by name, read from entry points.

In: a dialect name (from a URL) or a group. Out: the dialect class, or what is installed. Only the
one asked for is imported; one that cannot be imported never stops the others. Metadata is read once
per group and process.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from accord.exc import NoSuchModuleError, PluginError
from accord.hooks.metadata import InstalledPlugin, entries_of

if TYPE_CHECKING:
    from accord.dialect import Dialect

DIALECT_GROUP: Final = "accord.dialects"
PLUGIN_GROUP: Final = "accord.plugins"

# Names served by a distribution that is called otherwise.
#: The dialects that are accord's own, and the distributions that bring them.
_DISTRIBUTION_OF: Final = {
    "sqlite": "accord-sqlite",
    "postgresql": "accord-postgresql",
    "mysql": "accord-mysql",
    "mariadb": "accord-mysql",
    "oracle": "accord-oracle",
    "mssql": "accord-mssql",
}


@lru_cache(maxsize=8)
def installed(group: str) -> tuple[InstalledPlugin, ...]:
    """Every entry point of `group`, by name; nothing is imported."""
    return tuple(sorted(entries_of(group), key=lambda plugin: (plugin.name, plugin.distribution)))


def forget_entry_points() -> None:
    """Read the metadata anew next time: something was installed while the process ran."""
    installed.cache_clear()


def installed_dialects() -> tuple[InstalledPlugin, ...]:
    """The dialects that are installed, importable or not."""
    return installed(DIALECT_GROUP)


def load_dialect(name: str) -> type[Dialect]:
    """The dialect class that the plugin called `name` provides.

    Raises NoSuchModuleError when none does, PluginError when two do or when the one cannot be used.
    """
    claims = [plugin for plugin in installed_dialects() if plugin.name == name]
    if not claims:
        raise NoSuchModuleError(_missing(name))
    refuse_double_claim("dialect", claims)
    return _dialect_class(claims[0])


def refuse_double_claim(kind: str, claims: list[InstalledPlugin]) -> None:
    """Two distributions with one name: no order between them would be a good one."""
    if len(claims) > 1:
        owners = " and ".join(f"{plugin.distribution} ({plugin.target})" for plugin in claims)
        raise PluginError(
            f"The {kind} name {claims[0].name!r} is claimed by {owners}; "
            "uninstall all but one of them"
        )


def describe(plugin: InstalledPlugin) -> str:
    """The plugin as error messages name it."""
    return f"{plugin.name!r} of {plugin.distribution} {plugin.version} ({plugin.target})"


def _dialect_class(plugin: InstalledPlugin) -> type[Dialect]:
    from accord.dialect import Dialect

    try:
        loaded = plugin.load()
    except Exception as error:
        raise PluginError(
            f"The dialect {describe(plugin)} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    if not (isinstance(loaded, type) and issubclass(loaded, Dialect)):
        raise PluginError(
            f"The dialect {describe(plugin)} is not a subclass of accord.dialect.Dialect; "
            "its entry point has to name one"
        )
    return loaded


def _missing(name: str) -> str:
    known = ", ".join(sorted({plugin.name for plugin in installed_dialects()})) or "none"
    message = f"No installed plugin provides the dialect {name!r}; installed: {known}."
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        return message
    import difflib

    # Only names we answer for: a line that repeats a typo invites a stranger's package.
    known_ones = list(_DISTRIBUTION_OF)
    close = [name] if name in known_ones else difflib.get_close_matches(name, known_ones, 1)
    if not close:
        return f"{message} accord's own are {', '.join(known_ones)}: pip install accord-<name>"
    meant = "" if close == [name] else f" Did you mean {close[0]!r}?"
    return f"{message}{meant} Write: pip install {_DISTRIBUTION_OF[close[0]]}"
