"""Hook plugins: loaded once, called by hook name.

In: the entry points of group ``accord.plugins`` at the first engine, plus what an application
registers itself. Out: the results of the implementations. Keeps a set of the hooks that have any,
so that an unused hook costs one set look-up and no pluggy. One broken plugin is reported and left
out; the others work.
"""

from __future__ import annotations

import warnings
from itertools import groupby
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from accord.exc import InvalidRequestError, PluginError, PluginWarning
from accord.hooks import specs
from accord.hooks.entrypoints import (
    PLUGIN_GROUP,
    describe,
    installed,
    refuse_double_claim,
)
from accord.records import dataclass

if TYPE_CHECKING:
    import pluggy

    from accord.hooks.metadata import InstalledPlugin


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """A hook plugin as ``accord dialects`` lists it; `error` says why it was left out, None when it
    works.
    """

    name: str
    source: str
    error: str | None


class PluginRegistry:
    """The hook plugins of one process (tests make their own)."""

    def __init__(self, group: str = PLUGIN_GROUP) -> None:
        self._group = group
        self._lock = RLock()
        self._loaded = False
        self._manager: pluggy.PluginManager | None = None
        self._implemented: frozenset[str] = frozenset()
        self._status: dict[str, PluginStatus] = {}

    def load_installed(self) -> None:
        """Load the installed plugins, once. Called when an engine is created.

        Raises PluginError when two distributions claim one name.
        """
        if self._loaded:
            return
        with self._lock:
            if self._loaded:
                return
            found = installed(self._group)
            for _, claims in groupby(found, key=lambda plugin: plugin.name):
                refuse_double_claim("plugin", list(claims))
            self._loaded = True  # set first: a plugin may create an engine while it is imported
            for plugin in found:
                self._load(plugin)

    def register(self, plugin: object, name: str | None = None) -> str:
        """Add a module or object whose functions carry `hookimpl`; returns the name it goes by."""
        if isinstance(plugin, type):
            raise PluginError(f"Register an instance of {plugin.__qualname__}, not the class")
        with self._lock:
            manager = self._ready()
            chosen = name or manager.get_canonical_name(plugin)
            self._check_free(manager, plugin, chosen)
            self._validated_register(manager, plugin, chosen)
            self._status[chosen] = PluginStatus(chosen, type(plugin).__name__, None)
            self._note_implemented()
            return chosen

    def unregister(self, plugin: object) -> None:
        """Take out a plugin, given as the object or by its name."""
        with self._lock:
            manager = self._ready()
            found = manager.get_plugin(plugin) if isinstance(plugin, str) else plugin
            name = manager.get_name(found)
            if found is None or name is None:
                known = (
                    ", ".join(sorted(str(known) for known, _ in manager.list_name_plugin()))
                    or "none"
                )
                raise InvalidRequestError(f"No such plugin is registered; registered: {known}")
            manager.unregister(found)
            self._status.pop(name, None)
            self._note_implemented()

    def plugins(self) -> tuple[PluginStatus, ...]:
        """Every hook plugin, the broken ones included."""
        return tuple(sorted(self._status.values(), key=lambda status: status.name))

    def has_implementations(self, hook: str) -> bool:
        """Whether anybody implements `hook`; cheap enough for every flush."""
        if hook in self._implemented:
            return True
        if hook not in specs.HOOKS:
            raise InvalidRequestError(_unknown_hook(hook))
        return False

    def call(self, hook: str, **arguments: object) -> Any:
        """Call every implementation of `hook`, the latest registered first.

        Returns the list of answers other than None; for a first-result hook the first of them or
        None.
        """
        spec = specs.HOOKS.get(hook)
        if spec is None:
            raise InvalidRequestError(_unknown_hook(hook))
        manager = self._manager
        if manager is None or hook not in self._implemented:
            return None if spec.first_result else []
        caller = getattr(manager.hook, hook)
        return _observe(caller, arguments) if spec.observing else caller(**arguments)

    def _load(self, plugin: InstalledPlugin) -> None:
        problem: str | None = None
        try:
            loaded = plugin.load()
            instance = loaded() if isinstance(loaded, type) else loaded
            manager = self._ready()
            self._check_free(manager, instance, plugin.name)
            self._validated_register(manager, instance, plugin.name)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            message = f"The plugin {describe(plugin)} is disabled, it cannot be loaded: {problem}"
            warnings.warn(message, PluginWarning, stacklevel=2)
        source = f"{plugin.distribution} {plugin.version}"
        self._status[plugin.name] = PluginStatus(plugin.name, source, problem)
        self._note_implemented()

    def _ready(self) -> pluggy.PluginManager:
        if self._manager is None:
            self._manager = _new_manager()
        return self._manager

    @staticmethod
    def _check_free(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
        if manager.get_plugin(name) is not None:
            raise PluginError(
                f"A plugin called {name!r} is registered already; unregister it first"
            )
        if manager.is_registered(plugin):
            raise PluginError(f"This plugin is registered already, as {manager.get_name(plugin)!r}")

    @staticmethod
    def _validated_register(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
        import pluggy

        try:
            manager.register(plugin, name)
        except pluggy.PluginValidationError as error:
            manager.unregister(name=name)
            raise PluginError(str(error)) from None
        problem = _problem_of(manager, plugin)
        if problem is not None:
            manager.unregister(plugin)
            raise PluginError(problem)

    def _note_implemented(self) -> None:
        if self._manager is not None:
            hooks = self._manager.hook
            self._implemented = frozenset(
                name for name in specs.HOOKS if getattr(hooks, name).get_hookimpls()
            )


def _new_manager() -> pluggy.PluginManager:
    import pluggy

    class Manager(pluggy.PluginManager):
        """Takes the hook specifications from `specs.HOOKS`, so that `specs` needs no pluggy."""

        def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
            spec = specs.HOOKS.get(name)
            if spec is None:
                return None
            return {"firstresult": spec.first_result, "historic": False}

    manager = Manager("accord")
    manager.add_hookspecs(specs)
    return manager


def _problem_of(manager: pluggy.PluginManager, plugin: object) -> str | None:
    """What is wrong with a plugin that pluggy itself accepts."""
    for caller in manager.get_hookcallers(plugin) or ():
        spec = specs.HOOKS.get(caller.name)
        if spec is None:
            return _unknown_hook(caller.name)
        mine = [found for found in caller.get_hookimpls() if found.plugin is plugin]
        if spec.observing and any(found.wrapper or found.hookwrapper for found in mine):
            return f"{caller.name} only observes; its implementation cannot be a wrapper"
    return None


def _observe(caller: pluggy.HookCaller, arguments: dict[str, object]) -> list[object]:
    """Call each implementation on its own; what one raises is reported and stops nothing."""
    answers = []
    for implementation in reversed(caller.get_hookimpls()):
        try:
            given = [arguments[name] for name in implementation.argnames]
            answer = implementation.function(*given)
        except Exception as error:
            warnings.warn(
                f"The plugin {implementation.plugin_name!r} failed in {caller.name}, "
                f"which only observes: {type(error).__name__}: {error}",
                PluginWarning,
                stacklevel=4,
            )
        else:
            if answer is not None:
                answers.append(answer)
    return answers


def _unknown_hook(name: str) -> str:
    import difflib  # only for messages

    close = difflib.get_close_matches(name, specs.HOOKS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"the hooks are: {', '.join(specs.HOOKS)}"
    return f"No such hook: {name!r}; {hint}"


_installed: Final = PluginRegistry()

load_plugins = _installed.load_installed
register = _installed.register
unregister = _installed.unregister
plugins = _installed.plugins
has_implementations = _installed.has_implementations
call = _installed.call
