"""The code generated for each mapped class.

In: which attributes of the class are plain columns and which need more (relationships, listened
attributes). Out: `__setattr__`, `__delattr__`, `__init__`, `__repr__`, pickling and copying, as
real functions whose source shows up in tracebacks (registered in `linecache`). Writing a column
costs one frame and a few dictionary operations (DESIGN §3.2); reading one costs no frame at all.
"""

from __future__ import annotations

import enum
import linecache
import reprlib
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final

from accord.state import NOT_LOADED, STATE_KEY, track

from .members import bare_instance, new_collection, rebind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .relationships import RelationshipProperty

#: Set on generated functions, so that a user's own method is told from ours.
GENERATED: Final = "_accord_generated"

_SETATTR = """\
def __setattr__(self, name, value):
    if name in _plain[0]:
        values = self.__dict__
        state = values.get("_sa_instance_state")
        if state is not None:
            changes = state.changes
            if changes is None:
                _track(self, name)
            elif name not in changes:
                changes[name] = values.get(name, _NOT_LOADED)
        values[name] = value
    else:
        setter = _setters.get(name)
        if setter is None:
            _super_setattr(self, name, value)
        else:
            setter(self, value)
"""

_DELATTR = """\
def __delattr__(self, name):
    deleter = _deleters.get(name)
    if deleter is None:
        _super_delattr(self, name)
    else:
        deleter(self)
"""

_INIT = """\
def __init__(self, **kw):
    if kw.keys() <= _plain[0] and not _hears("init"):
        self.__dict__.update(kw)
    else:
        _assign(self, kw)
"""

#: For classes of few columns, with a parameter for each: faster than looking into a dict.
_INIT_NAMED = """\
def __init__(self, *, {parameters}, **_more):
    if _hears("init"):
        _assign(self, _given(({pairs}), _more))
        return
    _values = self.__dict__
{stores}
    if _more:
        _assign(self, _more)
"""

#: With more columns than this, asking for each of them takes longer than the dict.
_FEW: Final = 12


class _NotGiven(enum.Enum):
    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "<not given>"


#: Stands for a keyword the constructor was called without.
_NOT_GIVEN: Final = _NotGiven.NOT_GIVEN


def compile_function(name: str, source: str, filename: str, namespace: dict[str, Any]) -> Any:
    """Compile one generated function; tracebacks and debuggers show its source under `filename`."""
    namespace["__name__"] = "accord.generated"
    exec(compile(source, filename, "exec"), namespace)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function = namespace[name]
    setattr(function, GENERATED, True)
    return function


def is_users_own(cls: type, name: str) -> bool:
    """Tell whether a class or one of its bases defines `name` by hand (`object` aside)."""
    for base in cls.__mro__[:-1]:
        method = base.__dict__.get(name)
        if method is not None:
            return not getattr(method, GENERATED, False)
    return False


class ClassCode:
    """The generated methods of one class, and the tables they look names up in.

    `plain` are column attributes a write of which is just recorded; `setters` and `deleters` serve
    all other mapped attributes. Both may change while the class is in use (a listener registers):
    the generated functions see it at once.
    """

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self._plain: list[frozenset[str]] = [frozenset()]
        self._has_named_init = False
        self.setters: dict[str, Callable[[Any, Any], None]] = {}
        self.deleters: dict[str, Callable[[Any], None]] = {}

    @property
    def plain(self) -> frozenset[str]:
        """The attributes written without any further ado."""
        return self._plain[0]

    @plain.setter
    def plain(self, names: frozenset[str]) -> None:
        left = self._plain[0] - names
        self._plain[0] = names
        if left and self._has_named_init:
            # Listened attributes are set in the order of the call.
            self._generate_init(named=False)

    def install(self, *, tracked_by_class: bool) -> None:
        """Put the generated methods on the class; a user's own always win.

        With `tracked_by_class` False the class's attributes are data descriptors (see
        `attributes`) and no `__setattr__` is generated.
        """
        cls = self.cls
        if tracked_by_class:
            self._generate("__setattr__", _SETATTR, _super_setattr=super_of(cls, "__setattr__"))
            self._generate("__delattr__", _DELATTR, _super_delattr=super_of(cls, "__delattr__"))
        if not is_users_own(cls, "__init__"):
            self._generate_init(named=not _mapper_of(cls).validators)
        for name, function in (
            ("__repr__", represent),
            ("__getstate__", state_to_pickle),
            ("__setstate__", state_from_pickle),
            ("__copy__", shallow_copy),
            ("__deepcopy__", deep_copy),
        ):
            if not is_users_own(cls, name):
                setattr(cls, name, function)

    def _generate_init(self, *, named: bool) -> None:
        names = sorted(self.plain)
        self._has_named_init = named and 0 < len(names) <= _FEW and all(map(_is_name, names))
        source = _INIT
        if self._has_named_init:
            source = _INIT_NAMED.format(
                parameters=", ".join([f"{name}=_NOT_GIVEN" for name in names]),
                pairs=" ".join([f"({name!r}, {name})," for name in names]),
                stores="\n".join([
                    f"    if {name} is not _NOT_GIVEN:\n        _values[{name!r}] = {name}"
                    for name in names
                ]),
            )  # fmt: skip
        hears = _mapper_of(self.cls).dispatch.has
        self._generate(
            "__init__",
            source,
            _assign=assign_keywords,
            _hears=hears,
            _given=_given,
            _NOT_GIVEN=_NOT_GIVEN,
        )

    def set(self, obj: Any, name: str, value: Any) -> None:
        """Write one attribute, tracked: what the generated `__setattr__` does, for data
        descriptors.
        """
        setter = self.setters.get(name)
        if setter is not None:
            setter(obj, value)
            return
        values = vars(obj)
        if STATE_KEY in values:
            track(obj, name)
        values[name] = value

    def _generate(self, name: str, source: str, **extra: Any) -> None:
        namespace: dict[str, Any] = {
            "_plain": self._plain,
            "_setters": self.setters,
            "_deleters": self.deleters,
            "_track": track,
            "_NOT_LOADED": NOT_LOADED,
            **extra,
        }
        filename = f"<accord {self.cls.__module__}.{self.cls.__qualname__}{name}>"
        function = compile_function(name, source, filename, namespace)
        function.__qualname__ = f"{self.cls.__qualname__}.{name}"
        function.__module__ = self.cls.__module__
        setattr(self.cls, name, function)


def _is_name(name: str) -> bool:
    """Tell whether an attribute can be a parameter of generated code."""
    return (
        name.isidentifier() and not iskeyword(name) and not name.startswith("_") and name != "self"
    )


def _given(pairs: Iterable[tuple[str, Any]], more: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords a constructor was called with."""
    return {name: value for name, value in pairs if value is not _NOT_GIVEN} | more


def super_of(cls: type, name: str) -> Any:
    """Return the method `name` that `cls` would inherit, skipping generated ones."""
    for base in cls.__mro__[1:]:
        method = base.__dict__.get(name)
        if method is not None and not getattr(method, GENERATED, False):
            return method
    return getattr(object, name)


def assign_keywords(obj: object, keywords: dict[str, Any]) -> None:
    """The generated constructor when a keyword is not a plain column (relationships, hybrids,
    typos), or when somebody listens to `init`."""
    cls = type(obj)
    for listener in _mapper_of(cls).dispatch.listeners("init"):
        listener(obj, (), keywords)
    for name in keywords:
        if hasattr(cls, name):
            continue
        _mapper_of(cls).configure()  # whose listeners may add attributes
        if not hasattr(cls, name):
            known = ", ".join(sorted(_mapper_of(cls).attribute_keys))
            raise TypeError(
                f"{name!r} is an invalid keyword argument for {cls.__name__}; it has: {known}"
            )
    for name, value in keywords.items():
        setattr(obj, name, value)


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80
_short.maxlong = 40


def represent(self: object) -> str:
    """``User(id=None, name='squidward')``: what is loaded, never loading anything."""
    values = vars(self)
    state = values.get(STATE_KEY)
    new = state is None or state.pending
    shown = []
    for key, prop in _mapper_of(type(self)).column_attrs.items():
        if getattr(prop.column, "sensitive", False):
            text = "***"
        elif key in values:
            text = _short.repr(values[key])
        else:
            text = "None" if new else repr(NOT_LOADED)
        shown.append(f"{key}={text}")
    return f"{type(self).__name__}({', '.join(shown)})"


def state_to_pickle(self: object) -> dict[str, Any]:
    """Pickles are detached: values, identity and unflushed changes travel, the session does not."""
    values = dict(vars(self))
    state = values.get(STATE_KEY)
    if state is not None and state.pending:
        del values[STATE_KEY]
    return values


def state_from_pickle(self: object, values: dict[str, Any]) -> None:
    """Take the values of a pickle; collections get their new owner."""
    vars(self).update(values)
    _rebind_collections(self)


def shallow_copy(self: Any) -> Any:
    """``copy.copy``: a transient object with the same values and the same members."""
    duplicate = bare_instance(type(self))
    values = dict(vars(self))
    values.pop(STATE_KEY, None)
    vars(duplicate).update(values)
    for key, prop in _collections_of(type(self)).items():
        if key in values:
            own = new_collection(duplicate, prop, _members(values[key]))
            vars(duplicate)[key] = own
    return duplicate


def deep_copy(self: Any, memo: dict[int, Any]) -> Any:
    """``copy.deepcopy``: a transient graph of transient copies."""
    from copy import deepcopy

    duplicate = bare_instance(type(self))
    memo[id(self)] = duplicate
    for key, value in vars(self).items():
        if key != STATE_KEY:
            vars(duplicate)[key] = deepcopy(value, memo)
    _rebind_collections(duplicate)
    return duplicate


def _members(collection: Any) -> list[Any]:
    return list(collection.values() if isinstance(collection, dict) else collection)


def _rebind_collections(obj: object) -> None:
    values = vars(obj)
    for key, prop in _collections_of(type(obj)).items():
        if key in values:
            rebind(obj, prop, values[key])


def _collections_of(cls: type) -> dict[str, RelationshipProperty]:
    return {key: prop for key, prop in _mapper_of(cls).relationships.items() if prop.uselist}


def _mapper_of(cls: type) -> Any:
    return cls.__mapper__  # type: ignore[attr-defined]  # set by mapping


for _function in (represent, state_to_pickle, state_from_pickle, shallow_copy, deep_copy):
    setattr(_function, GENERATED, True)

__all__ = ["GENERATED", "ClassCode", "compile_function", "is_users_own"]
