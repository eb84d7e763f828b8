"""Compiling for people: `statement.compile(…)`, and what `str()` shows.

In: a piece of SQL, the database to write it for, options. Out: a `CompiledStatement`, with the text
and the values beside it. Executing takes another way (compiled.py): this one is never cached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, InvalidRequestError

from .nodes import Missing, walk
from .preparer import IdentifierPreparer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .clauses import ClauseElement
    from .compiled import Compiled, Slot
    from .render import Renderer

_OPTIONS = ("literal_binds", "render_postcompile", "column_keys", "schema_translate_map")


class CompiledStatement:
    """What `statement.compile()` answers: the text as `string` and `str()`, the values as `params`.

    `positiontup` are the names of the parameters in the order of the text.
    """

    __slots__ = (
        "_is_expanded", "_values", "compiled", "dialect", "statement", "string",
    )  # fmt: skip

    def __init__(
        self,
        statement: ClauseElement,
        compiled: Compiled,
        dialect: Any,
        *,
        is_expanded: bool,
    ) -> None:
        self.statement = statement
        self.compiled = compiled
        self.dialect = dialect
        self._is_expanded = is_expanded
        self._values = [self._value(slot) for slot in compiled.parameter_slots]
        self.string = compiled.joined(
            [
                1 if slot.expanding is None or not isinstance(value, list) else len(value)
                for slot, value in zip(compiled.parameter_slots, self._values, strict=True)
            ],
            self._values,
        )

    def _value(self, slot: Slot) -> Any:
        if isinstance(slot.source, str):
            return None
        bind = self.statement.binds[slot.source] if isinstance(slot.source, int) else slot.source
        value = bind.effective_value
        if isinstance(value, Missing):
            return None
        return list(value) if slot.expanding is not None else value

    def _named(self, given: Mapping[str, Any] | None = None) -> Iterable[tuple[str, Any]]:
        """(name, value) of what is sent, in the order of the text."""
        for slot, own in zip(self.compiled.parameter_slots, self._values, strict=True):
            value = own if given is None else given.get(slot.name, own)
            if slot.inline:
                continue
            if slot.expanding is not None and self._is_expanded:
                yield from _spread(slot.name, value or (), slot.expanding.rows)
            else:
                yield slot.name, value

    @property
    def params(self) -> dict[str, Any]:
        """The values, by name: an IN list is one, unless `render_postcompile` was asked for."""
        return dict(self._named())

    @property
    def isinsert(self) -> bool:
        """Whether it is an INSERT; `isupdate` and `isdelete` likewise."""
        return bool(getattr(self.statement, "is_insert", False))

    @property
    def isupdate(self) -> bool:
        return bool(getattr(self.statement, "is_update", False))

    @property
    def isdelete(self) -> bool:
        return bool(getattr(self.statement, "is_delete", False))

    @property
    def positiontup(self) -> list[str]:
        """The names, in the order of the text."""
        return [name for name, _ in self._named()]

    def construct_params(self, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """`params` with some values replaced."""
        found = dict(self._named(params))
        for slot, value in zip(self.compiled.parameter_slots, self._values, strict=True):
            source = slot.source if not isinstance(slot.source, int) else self._bind(slot.source)
            required = getattr(source, "required", False)
            if params is not None and required and value is None and slot.name not in params:
                raise InvalidRequestError(f"A value is required for bind parameter {slot.name!r}")
        return found

    def _bind(self, position: int) -> Any:
        return self.statement.binds[position]

    @property
    def preparer(self) -> IdentifierPreparer:
        """Writes names the way this text does."""
        return IdentifierPreparer(self.compiled.target)

    def __str__(self) -> str:
        return self.string

    def __repr__(self) -> str:
        return f"<SQL {self.string!r}>"


def _spread(name: str, values: Sequence[Any], rows: bool) -> Iterable[tuple[str, Any]]:
    """The elements of an IN list under the names the text has for them."""
    for number, value in enumerate(values, 1):
        if not rows:
            yield f"{name}_{number}", value
            continue
        for position, item in enumerate(value, 1):
            yield f"{name}_{number}_{position}", item


def dialect_for(bind: Any, dialect: Any, schema_translate_map: Any = None) -> Any:
    """The dialect to write for: an instance, what a class makes, the one of a bind, or None; with
    other schemas where there is a map of them.
    """
    if dialect is None:
        if bind is None:
            return None
        dialect = getattr(bind, "dialect", bind)
    if isinstance(dialect, type):
        dialect = dialect()
    if not (hasattr(dialect, "renderer") and hasattr(dialect, "target")):
        shown = dialect if isinstance(dialect, str) else type(dialect).__name__
        raise ArgumentError(
            f"compile() takes an engine, a connection or a dialect, not {shown!r}: "
            "from accord.dialects import postgresql; "
            "statement.compile(dialect=postgresql.dialect())"
        )
    if schema_translate_map:  # the names of types in schemas are the dialect's
        from .target import schema_map_of

        return dialect.with_schemas(schema_map_of(schema_translate_map))
    return dialect


def compile_element(
    element: ClauseElement, bind: Any, dialect: Any, options: Mapping[str, Any]
) -> CompiledStatement:
    """`element` as `dialect` writes it, or standard SQL with named parameters."""
    from .render import Renderer
    from .target import DEFAULT_TARGET

    chosen = dialect_for(bind, dialect, options.get("schema_translate_map"))
    renderer = Renderer(DEFAULT_TARGET) if chosen is None else chosen.renderer(chosen.target)
    return _compiled(element, renderer, chosen, options)


def _compiled(
    element: ClauseElement, renderer: Renderer, dialect: Any, options: Mapping[str, Any]
) -> CompiledStatement:
    keywords = {name: value for name, value in options.items() if name not in _OPTIONS}
    if keywords and not any(type(node).custom_render is not None for node in walk(element)):
        raise TypeError(
            f"compile_kwargs knows {', '.join(_OPTIONS)}, and there is no construct of yours in "
            f"this statement that could know {', '.join(sorted(keywords))}"
        )
    compiled = renderer.compile(
        element,
        column_keys=options.get("column_keys"),
        literal_binds=bool(options.get("literal_binds", False)),
        schema_translate_map=options.get("schema_translate_map"),
        keywords=keywords,
    )
    return CompiledStatement(
        element,
        compiled,
        dialect,
        is_expanded=bool(options.get("render_postcompile", False)),
    )


def readable(element: ClauseElement) -> str:
    """The text that `str()` shows: never an exception."""
    from .render.readable import ReadableRenderer, shown
    from .target import READABLE_TARGET

    try:
        return _compiled(element, ReadableRenderer(READABLE_TARGET), None, {}).string
    except Exception as error:  # a debugger that shows this must not be stopped by it
        return shown(element, error)
