"""What everything in a schema has: a place to attach to, `info`, and options for particular
dialects.

An option is named ``<dialect>_<option>`` (``sqlite_autoincrement=True``) and kept for the DDL
renderer of that dialect; nothing free-form reaches SQL from here.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from accord.exc import ArgumentError
from accord.schema.listening import EventTarget
from accord.sql.collection import ColumnCollection
from accord.sql.text import TextClause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from accord.schema.conditions import DDLCondition

next_order: Final[Callable[[], int]] = itertools.count(1).__next__

_NO_OPTIONS: Final[Mapping[str, Any]] = {}


class PickledText:
    """A piece of SQL text inside a pickle."""

    def __init__(self, text: str) -> None:
        self.text = text

    def restored(self) -> TextClause:
        """The text again."""
        return TextClause(self.text)


class PickledColumns:
    """A column collection inside a pickle."""

    def __init__(self, columns: ColumnCollection[Any]) -> None:
        self.owner = columns._owner
        self.items = columns.items()

    def restored(self) -> ColumnCollection[Any]:
        """The collection again."""
        return ColumnCollection(self.items, owner=self.owner)


Pickled = PickledText | PickledColumns


class _OptionsOfOne(dict[str, Any]):
    def __missing__(self, option: str) -> None:
        return None


class _Options(dict[str, dict[str, Any]]):
    def __missing__(self, dialect: str) -> dict[str, Any]:
        return _OptionsOfOne()


class SchemaItem(EventTarget):
    """Anything that can be part of a MetaData: tables, columns, constraints, indexes, sequences."""

    __slots__ = ()

    kwargs: Mapping[str, Any] = _NO_OPTIONS
    _pickled_slots: ClassVar[tuple[str, ...]] = ()

    @property
    def info(self) -> dict[Any, Any]:
        """A dictionary for whatever the application wants to remember."""
        own = vars(self)
        if own.get("_info") is None:
            own["_info"] = {}
        found: dict[Any, Any] = own["_info"]
        return found

    @info.setter
    def info(self, value: Mapping[Any, Any] | None) -> None:
        vars(self)["_info"] = dict(value or {})

    def dialect_option(self, dialect: str, name: str, default: Any = None) -> Any:
        """The value given as ``<dialect>_<name>=…``."""
        return self.kwargs.get(f"{dialect}_{name}", default)

    @property
    def dialect_options(self) -> dict[str, dict[str, Any]]:
        """All options: ``{"sqlite": {"autoincrement": True}}``; an option nobody gave is None."""
        found: dict[str, dict[str, Any]] = _Options()
        for keyword, value in self.kwargs.items():
            dialect, _, option = keyword.partition("_")
            found.setdefault(dialect, _OptionsOfOne())[option] = value
        return found

    @property
    def dialect_kwargs(self) -> Mapping[str, Any]:
        return self.kwargs

    # --- pickling --------------------------------------------------------------------------------
    # Listeners stay behind, and structural keys are made anew: they are unique in one process only.

    def __getstate__(self) -> dict[str, Any]:
        state = {name: self._packed(value) for name, value in vars(self).items()}
        state.pop("dispatch", None)
        for slot in self._pickled_slots:
            state[slot] = self._packed(getattr(self, slot))
        return state

    @staticmethod
    def _packed(value: Any) -> Any:
        if isinstance(value, TextClause):
            return PickledText(value.text)
        return PickledColumns(value) if isinstance(value, ColumnCollection) else value

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            restored = value.restored() if isinstance(value, Pickled) else value
            if name in self._pickled_slots:
                setattr(self, name, restored)
            else:
                vars(self)[name] = restored

    def attach(self, parent: Any) -> None:
        """Become part of `parent`, telling the listeners of parent_attach events."""
        self.notify("before_parent_attach", parent)
        self._set_parent(parent)
        self.notify("after_parent_attach", parent)

    def _set_parent(self, parent: Any) -> None:
        raise TypeError(
            f"{type(self).__name__} cannot be part of {_a(parent)}; give it to a Table or Column"
        )

    def _set_dialect_options(self, options: Mapping[str, Any]) -> None:
        if not options:
            return
        for keyword in options:
            self._check_option(keyword)
        vars(self)["kwargs"] = dict(options)

    def _check_option(self, keyword: str) -> None:
        import difflib
        import inspect

        parameters = inspect.signature(type(self).__init__).parameters
        known = [name for name in parameters if name != "self" and not name.startswith("_")]
        close = difflib.get_close_matches(keyword, known, n=1, cutoff=0.8)
        prefix, underscore, option = keyword.partition("_")
        if close or not (prefix and underscore and option):
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise TypeError(
                f"{type(self).__name__} got an unexpected keyword argument {keyword!r}{hint} "
                "(options for one dialect are written <dialect>_<option>=…)"
            )


class ConditionalItem(SchemaItem):
    """A constraint or index that only some databases are to have."""

    __slots__ = ()

    ddl_condition: DDLCondition | None = None

    def ddl_if(
        self,
        dialect: str | Sequence[str] | None = None,
        callable_: Callable[..., Any] | None = None,
        state: Any = None,
    ) -> Self:
        """This very item, from now on left out of DDL where the condition does not hold:
        ``CheckConstraint(…).ddl_if(dialect="postgresql")``, or a function of (ddl, target, bind)
        and keywords: dialect, compiler, state.
        """
        from accord.schema.conditions import DDLCondition

        vars(self)["ddl_condition"] = DDLCondition.of(dialect, callable_, state)
        return self


def bind_for(action: str, bind: Any) -> Any:
    """Return `bind` if it is something that executes DDL."""
    if not hasattr(bind, "create_tables"):
        kind = type(bind).__name__
        raise ArgumentError(
            f"{action}() takes an engine or a connection, not {kind}; an engine is "
            "create_engine(url)"
        )
    return bind


def _a(thing: object) -> str:
    return f"an object of type {type(thing).__name__}"


def known_names(names: Any) -> str:
    """Names as they appear in an error message."""
    shown = [str(name) for name in names]
    if not shown:
        return "none"
    return ", ".join(shown[:20]) + (f", … ({len(shown)} in all)" if len(shown) > 20 else "")
