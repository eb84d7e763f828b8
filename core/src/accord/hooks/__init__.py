"""Plugins: dialects found by name, hook plugins called by phase.

Above the author surface, below everything that runs. `entrypoints` reads installed metadata,
`specs` documents every hook, `registry` loads and calls hook plugins. pluggy is imported here only,
and only when a plugin is installed or registered; importing this package reads no metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.hooks.entrypoints import (
    forget_entry_points,
    installed_dialects,
    load_dialect,
)
from accord.hooks.metadata import InstalledPlugin
from accord.hooks.registry import (
    PluginRegistry,
    PluginStatus,
    call,
    has_implementations,
    load_plugins,
    plugins,
    register,
    unregister,
)

if TYPE_CHECKING:
    import pluggy

    hookimpl: pluggy.HookimplMarker

__all__ = [
    "InstalledPlugin",
    "PluginRegistry",
    "PluginStatus",
    "call",
    "forget_entry_points",
    "has_implementations",
    "hookimpl",
    "installed_dialects",
    "load_dialect",
    "load_plugins",
    "plugins",
    "register",
    "unregister",
]


def __getattr__(name: str) -> object:
    if name != "hookimpl":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import pluggy

    marker = globals()["hookimpl"] = pluggy.HookimplMarker("accord")
    return marker
