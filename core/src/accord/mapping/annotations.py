"""Reading annotations: what ``Mapped[...]`` says about a column or a relationship.

In: an annotation of a class body, as an object or as a string (``from __future__ import
annotations``, forward references). Out: a `MappedAnnotation`, from which `column_meaning` tells
Python type, nullability and the `mapped_column()` of an `Annotated`, and `relationship_meaning`
tells target and collection. Names not defined yet are kept as names; which SQL type a Python type
means is in `typemap`.
"""

from __future__ import annotations

import builtins
import sys
import types
import typing
from collections import abc
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, ForwardRef, Union, get_args, get_origin

from accord import exc
from accord.records import dataclass

from .mapped import DynamicMapped, Mapped, MappedColumn, WriteOnlyMapped


def is_alias(value: object) -> bool:
    """Tell whether a value is a PEP 695 ``type X = ...``, typing's or that of its extensions."""
    return type(value).__name__ == "TypeAliasType"


@dataclass(frozen=True, slots=True)
class MappedAnnotation:
    """``Mapped[inner]`` of `cls`.`key`; `names` finds what strings inside it mean."""

    cls: type
    key: str
    container: type[Mapped[Any]]
    inner: Any
    names: Names

    def __str__(self) -> str:
        return f"{self.cls.__name__}.{self.key}: {self.container.__name__}[{show(self.inner)}]"


class Unknown:
    """A name in a string annotation that is not defined (yet): a class further down, or in another
    module.
    """

    __slots__ = ("arguments", "name")

    def __init__(self, name: str, arguments: tuple[Any, ...] = ()) -> None:
        self.name = name
        self.arguments = arguments

    def __getattr__(self, name: str) -> Unknown:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"{self.name}.{name}")

    def __getitem__(self, arguments: Any) -> Unknown:
        return Unknown(self.name, arguments if isinstance(arguments, tuple) else (arguments,))

    def __or__(self, other: Any) -> Any:
        return Union[ForwardRef(self.name), other]  # noqa: UP007 - built, not annotated

    def __ror__(self, other: Any) -> Any:
        return Union[other, ForwardRef(self.name)]  # noqa: UP007 - built, not annotated

    def __call__(self) -> None:
        # typing wants its arguments callable.
        raise TypeError(f"{self.name} is not defined")

    def __repr__(self) -> str:
        return self.name


class Names(Mapping[str, Any]):
    """What a name means in annotations of `cls`: class body, module, builtins, else `Unknown`."""

    def __init__(self, cls: type) -> None:
        module = sys.modules.get(cls.__module__)
        self._globals = vars(module) if module is not None else {}
        self._places: tuple[Mapping[str, Any], ...] = (
            {cls.__name__: cls},
            vars(cls),
            self._globals,
            vars(builtins),
        )

    def __getitem__(self, name: str) -> Any:
        for place in self._places:
            if name in place:
                found = place[name]
                # In the class body a name may be shadowed by the attribute being declared.
                if place is not self._places[1] or _may_be_type(found):
                    return found
        return Unknown(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def evaluate(self, annotation: str) -> Any:
        """Return what the string means."""
        code = compile(annotation.strip(), "<annotation>", "eval")
        return eval(code, self._globals, self)  # the class author's own source


def _may_be_type(found: Any) -> bool:
    return (
        isinstance(found, type | types.GenericAlias)
        or is_alias(found)
        or get_origin(found) is not None
    )


def class_annotations(cls: type) -> dict[str, Any]:
    """Return the annotations written in the body of `cls` itself, unevaluated names left alone."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    # An own dict for each class, since Python 3.10: nothing is inherited.
    return dict(cls.__annotations__)


def read_annotation(cls: type, key: str, raw: Any) -> MappedAnnotation | None:
    """Return what ``key: raw`` in the body of `cls` says; None if it is no mapped annotation."""
    names = Names(cls)
    found = _resolved(raw, names, cls, key)
    origin = get_origin(found) or found
    if isinstance(found, Unknown):
        container = _CONTAINERS.get(found.name.rpartition(".")[2])
        arguments = found.arguments
    elif isinstance(origin, type) and issubclass(origin, Mapped):
        container, arguments = origin, get_args(found)
    else:
        return None
    if container is None:
        return None
    if len(arguments) != 1:
        raise exc.MappedAnnotationError(
            f"{cls.__name__}.{key} is annotated with a bare {container.__name__}; write the "
            f"Python type in it, such as {container.__name__}[int]"
        )
    return MappedAnnotation(cls, key, container, arguments[0], names)


_CONTAINERS: Final[dict[str, type[Mapped[Any]]]] = {
    "Mapped": Mapped,
    "WriteOnlyMapped": WriteOnlyMapped,
    "DynamicMapped": DynamicMapped,
}


def is_class_variable(raw: Any, cls: type) -> bool:
    """Tell whether the annotation says `ClassVar`."""
    if isinstance(raw, str):
        return raw.lstrip().partition("[")[0].rpartition(".")[2] == "ClassVar"
    return (get_origin(raw) or raw) is ClassVar


def _resolved(raw: Any, names: Names, cls: type, key: str) -> Any:
    text = raw.__forward_arg__ if isinstance(raw, ForwardRef) else raw
    if not isinstance(text, str):
        return raw
    try:
        return names.evaluate(text)
    except Exception as error:
        if "Mapped" not in text:
            return None  # somebody else's annotation
        raise exc.MappedAnnotationError(
            f"Cannot read the annotation of {cls.__name__}.{key}, {text!r}: {error}"
        ) from error


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """A column as its annotation describes it."""

    #: From the most specific to the plain type; the first known to the type map decides.
    candidates: tuple[Any, ...]
    optional: bool
    mapped_column: MappedColumn[Any] | None


def column_meaning(annotation: MappedAnnotation) -> ColumnMeaning:
    """Return the column that ``Mapped[...]`` describes."""
    if annotation.container is not Mapped:
        raise exc.MappedAnnotationError(
            f"{annotation}: {annotation.container.__name__} is for relationships; a column is "
            "annotated Mapped[...]"
        )
    candidates: list[Any] = []
    found: list[MappedColumn[Any]] = []
    optional = False
    pending = [annotation.inner]
    while pending:
        inner = _looked_up(pending.pop(), annotation)
        candidates.append(inner)
        without_none = _without_none(inner)
        if without_none is not None:
            optional = True
            pending.append(without_none)
        elif get_origin(inner) is Annotated or hasattr(inner, "__metadata__"):
            found.extend(extra for extra in inner.__metadata__ if isinstance(extra, MappedColumn))
            pending.append(inner.__origin__)
        elif is_alias(inner):
            pending.append(inner.__value__)
        elif isinstance(inner, typing.NewType):
            pending.append(inner.__supertype__)
    return ColumnMeaning(tuple(candidates), optional, found[0] if found else None)


def _looked_up(inner: Any, annotation: MappedAnnotation) -> Any:
    if isinstance(inner, ForwardRef | str):
        text = inner if isinstance(inner, str) else inner.__forward_arg__
        inner = annotation.names.evaluate(text)
    if isinstance(inner, Unknown):
        raise exc.MappedAnnotationError(
            f"{annotation}: {inner.name} is not defined. If it is a type of a column, import it "
            f"where {annotation.cls.__name__} is defined (not under TYPE_CHECKING); if it is a "
            f"mapped class, write {annotation.key} = relationship()"
        )
    return inner


def union_members(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union other than None; nothing for what is no union."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return ()
    return tuple(member for member in get_args(annotation) if member not in (type(None), None))


def _without_none(inner: Any) -> Any:
    """Return X for ``Optional[X]``, None for anything that is no union with None."""
    rest = union_members(inner)
    if not rest or len(rest) == len(get_args(inner)):
        return None
    made = rest[0]
    for argument in rest[1:]:
        made = Union[made, argument]  # noqa: UP007 - built, not annotated
    return made


@dataclass(frozen=True, slots=True)
class RelationshipMeaning:
    """A relationship as its annotation describes it; `target` is a class or a name."""

    target: type | str
    uselist: bool
    collection_class: type | None = None


_COLLECTIONS: Final[dict[Any, type]] = {
    list: list,
    set: set,
    dict: dict,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    abc.Set: set,
    abc.MutableSet: set,
    abc.Mapping: dict,
    abc.MutableMapping: dict,
}


def relationship_meaning(annotation: MappedAnnotation) -> RelationshipMeaning:
    """Return the relationship that ``Mapped[...]`` describes."""
    if annotation.container is not Mapped:
        raise exc.MappedAnnotationError(
            f"{annotation}: {annotation.container.__name__} relationships are not available in "
            "this version; write Mapped[list[...]] and query with select(...).where(...) instead "
            "of loading the whole list"
        )
    inner = _opened(annotation.inner, annotation)
    rest = _without_none(inner)
    if rest is not None:
        inner = _opened(rest, annotation)
    while get_origin(inner) is Annotated:
        inner = _opened(inner.__origin__, annotation)
    container, arguments = _collection_parts(inner)
    if container is None:
        return RelationshipMeaning(_target(inner, annotation), uselist=False)
    if not arguments:
        raise exc.MappedAnnotationError(
            f"{annotation}: say what the {container.__name__} holds, "
            f'such as Mapped[{container.__name__}["Address"]]'
        )
    return RelationshipMeaning(
        _target(arguments[-1], annotation), uselist=True, collection_class=container
    )


def _opened(inner: Any, annotation: MappedAnnotation) -> Any:
    """Evaluate a string that is more than a name, such as ``"list[Address]"`` or ``"Address |
    None"``.
    """
    if isinstance(inner, ForwardRef):
        inner = inner.__forward_arg__
    if isinstance(inner, str):
        return annotation.names.evaluate(inner)
    return inner


def _collection_parts(inner: Any) -> tuple[type | None, tuple[Any, ...]]:
    if isinstance(inner, Unknown):
        if not inner.arguments:
            return None, ()
        # `List["X"]` where List is imported for type checkers only.
        known = {"List": list, "Set": set, "Dict": dict, "Sequence": list, "Collection": list}
        return known.get(inner.name.rpartition(".")[2]), inner.arguments
    origin = get_origin(inner)
    arguments = get_args(inner)
    if origin is None:
        origin = inner
    if origin in _COLLECTIONS:
        return _COLLECTIONS[origin], arguments
    if isinstance(origin, type) and arguments and issubclass(origin, list | set | dict):
        return origin, arguments
    return None, ()


def _target(inner: Any, annotation: MappedAnnotation) -> type | str:
    if isinstance(inner, Unknown):
        return inner.name
    if isinstance(inner, ForwardRef):
        inner = inner.__forward_arg__
    if isinstance(inner, str):
        found = annotation.names.evaluate(inner)
        return found if isinstance(found, type) else inner.strip()
    if isinstance(inner, type):
        return inner
    raise exc.MappedAnnotationError(
        f'{annotation}: a relationship leads to one mapped class; write Mapped["X"], '
        'Mapped["X | None"], Mapped[list["X"]] or Mapped[set["X"]]'
    )


def show(annotation: Any) -> str:
    """Return an annotation the way it is written."""
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation.__qualname__
    return str(annotation).replace("typing.", "")


__all__ = ["MappedAnnotation", "column_meaning", "read_annotation", "relationship_meaning"]
