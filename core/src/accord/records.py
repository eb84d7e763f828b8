"""Dataclasses that cost little to define: the decorator, `field`, `replace` and `fields`.

Python's own compiles up to six methods for each class and brings `inspect` with it: a third of the
time `import accord` took. Here a class shares its methods with all others and compiles its
constructor when the first instance is made. In: a class with annotations (as text: modules that
use this say ``from __future__ import annotations``). Out: the class. For `dataclasses` and its
functions it is one of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_FIELDS: Final = "__record_fields__"


class _Missing:
    def __repr__(self) -> str:
        return "<not given>"


_MISSING: Final[Any] = _Missing()


class Field:
    """One field of a class."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr", "type")

    def __init__(
        self, default: Any, default_factory: Any, *, init: bool, repr: bool, compare: bool
    ) -> None:
        self.name = ""
        self.type: Any = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = False

    @property
    def required(self) -> bool:
        """Whether the constructor cannot do without a value."""
        return self.default is _MISSING and self.default_factory is _MISSING


def field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    init: bool = True,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """As `dataclasses.field`."""
    return Field(default, default_factory, init=init, repr=repr, compare=compare)


def fields(of: Any) -> tuple[Field, ...]:
    """The fields of a class or an instance, in order; of Python's dataclasses as well."""
    cls: Any = of if isinstance(of, type) else type(of)
    found: dict[str, Field] | None = getattr(cls, _FIELDS, None)
    return tuple(cls.__dataclass_fields__.values() if found is None else found.values())


def replace(obj: T, /, **changes: Any) -> T:
    """A copy of `obj` with some fields changed."""
    values: dict[str, Any] = {}
    for each in fields(obj):
        if each.init and each.name not in changes:
            values[each.name] = getattr(obj, each.name)
    return type(obj)(**values, **changes)


# --- the decorator --------------------------------------------------------------------------------


@overload
def dataclass(cls: type[T], /) -> type[T]: ...


@overload
def dataclass(
    cls: None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    kw_only: bool = False,
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    cls: Any = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    kw_only: bool = False,
) -> Any:
    """As `dataclasses.dataclass`."""

    def define(cls: type) -> type:
        return _defined(cls, frozen=frozen, slots=slots, eq=eq, kw_only=kw_only)

    return define if cls is None else define(cls)


def _defined(cls: type, *, frozen: bool, slots: bool, eq: bool, kw_only: bool) -> type:
    inherited: dict[str, Field] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update(vars(base).get(_FIELDS, {}))
    own = _own_fields(cls, kw_only=kw_only)
    given = vars(cls)
    members = {
        name: member
        for name, member in _members(inherited | own, frozen=frozen, slots=slots, eq=eq).items()
        if name not in given or (name == "__hash__" and given[name] is None)
    }
    if slots:
        return _with_slots(cls, [name for name in own if name not in inherited], members)
    for name, each in own.items():
        if isinstance(given.get(name), Field):
            if each.default is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, each.default)
    for name, member in members.items():
        setattr(cls, name, member)
    return cls


def _members(all_: dict[str, Field], *, frozen: bool, slots: bool, eq: bool) -> dict[str, Any]:
    members: dict[str, Any] = {
        _FIELDS: all_,
        "__match_args__": tuple([n for n, each in all_.items() if each.init and not each.kw_only]),
        "__dataclass_fields__": _AsDataclass(),
        "__dataclass_params__": _Parameters(frozen),
        "__init__": _constructor(frozen=frozen),
        "__repr__": _repr,
        "__replace__": replace,
    }
    if eq:
        members["__eq__"] = _eq
        members["__hash__"] = _hash if frozen else None
    if frozen:
        members["__setattr__"], members["__delattr__"] = _refuse_set, _refuse_delete
        if slots:
            members["__getstate__"], members["__setstate__"] = _getstate, _setstate
    return members


def _own_fields(cls: type, *, kw_only: bool) -> dict[str, Field]:
    found: dict[str, Field] = {}
    given = vars(cls)
    for name, kind in cls.__annotations__.items():
        if kind.startswith(("ClassVar", "typing.ClassVar")):
            continue
        default = given.get(name, _MISSING)
        each = default if isinstance(default, Field) else field(default=default)
        each.name, each.type, each.kw_only = name, kind, kw_only
        found[name] = each
    return found


def _with_slots(cls: type, names: list[str], members: dict[str, Any]) -> type:
    namespace = {
        name: value
        for name, value in vars(cls).items()
        if name not in names and name not in ("__dict__", "__weakref__")
    }
    made = type(cls)(
        cls.__name__, cls.__bases__, {**namespace, **members, "__slots__": tuple(names)}
    )
    made.__qualname__ = cls.__qualname__
    return made


# --- the methods ----------------------------------------------------------------------------------


def _constructor(*, frozen: bool) -> Callable[..., None]:
    """A constructor that replaces itself by a compiled one when it is called first."""

    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:
        owner = next(cls for cls in type(self).__mro__ if vars(cls).get("__init__") is __init__)
        compiled = _compiled(owner, frozen=frozen)
        type.__setattr__(owner, "__init__", compiled)
        compiled(self, *args, **kwargs)

    return __init__


def _compiled(cls: type, *, frozen: bool) -> Callable[..., None]:
    namespace: dict[str, Any] = {"_missing": _MISSING, "_set": object.__setattr__}
    positional, keyword, lines = ["self"], list[str](), list[str]()
    for each in fields(cls):
        name = each.name
        if not each.init and each.required:
            continue
        value = name if each.init else "_missing"
        parameter = name
        if not each.required:
            namespace[f"_default_{name}"] = each.default
            parameter = f"{name}=_default_{name}"
            value = name if each.init else f"_default_{name}"
        if each.default_factory is not _MISSING:
            namespace[f"_make_{name}"] = each.default_factory
            value = f"_make_{name}() if {value} is _missing else {value}"
        if each.init:
            (keyword if each.kw_only else positional).append(parameter)
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*positional, *(["*", *keyword] if keyword else [])])
    body = "\n    ".join(lines or ["pass"])
    source = f"def __init__({parameters}):\n    {body}\n"
    exec(compile(source, f"<accord record {cls.__qualname__}>", "exec"), namespace)
    made: Callable[..., None] = namespace["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, each.name) for each in fields(self) if each.compare])


def _eq(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_set(self: Any, name: str, value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _setstate(self: Any, values: list[Any]) -> None:
    for each, value in zip(fields(self), values, strict=True):
        object.__setattr__(self, each.name, value)


# --- for `dataclasses` ----------------------------------------------------------------------------


class _AsDataclass:
    """``__dataclass_fields__``, made when somebody asks."""

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        import dataclasses

        made: dict[str, Any] = {}
        for each in fields(owner):
            options: dict[str, Any] = {
                "init": each.init,
                "repr": each.repr,
                "compare": each.compare,
                "kw_only": each.kw_only,
            }
            if each.default is not _MISSING:
                options["default"] = each.default
            elif each.default_factory is not _MISSING:
                options["default_factory"] = each.default_factory
            one: Any = dataclasses.field(**options)
            one.name, one.type, one._field_type = each.name, each.type, dataclasses._FIELD  # type: ignore[attr-defined]  # how dataclasses tells fields from class variables
            made[each.name] = one
        return made


class _Parameters:
    """``__dataclass_params__``: what a dataclass derived from the class asks."""

    __slots__ = ("frozen",)

    def __init__(self, frozen: bool) -> None:
        self.frozen = frozen


__all__ = ["Field", "dataclass", "field", "fields", "replace"]
