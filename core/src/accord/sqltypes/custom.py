"""Types users write themselves: TypeDecorator, UserDefinedType, and PickleType built on the
former.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakSet

from accord.exc import AccordWarning, ArgumentError
from accord.sqltypes.base import TypeEngine, _serial, to_instance
from accord.sqltypes.binary import LargeBinary

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    _T = TypeVar("_T", default=Any)
else:
    from typing import TypeVar

    _T = TypeVar("_T")

Processor = Callable[[Any], Any]

_warned: WeakSet[type] = WeakSet()


def _warn_without_key(cls: type) -> None:
    if cls in _warned:
        return
    _warned.add(cls)
    warnings.warn(
        f"{cls.__qualname__} does not say cache_ok, so statements with it are compiled every time; "
        "write cache_ok = True in the class if its constructor arguments, kept as attributes, tell "
        "two such types apart, else cache_ok = False",
        AccordWarning,
        stacklevel=2,
    )


class ExternalType:
    """A type of a program or a library: `cache_ok` says whether its arguments tell types apart."""

    cache_ok: ClassVar[bool | None] = None


class TypeDecorator(ExternalType, TypeEngine[_T]):
    """A type that converts values on their way into and out of another one.

    A subclass names that other type (`impl`) and overrides any of process_bind_param,
    process_result_value, process_literal_param and load_dialect_impl. ``cache_ok = True`` promises
    that the constructor arguments kept on the instance tell two such types apart.
    """

    impl: TypeEngine | type[TypeEngine]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        impl: Any = getattr(type(self), "impl", None)
        if impl is None:
            raise ArgumentError(
                f"{type(self).__name__} has no class attribute 'impl'; "
                "name the type it stores values in: impl = String"
            )
        self.impl = to_instance(impl(*args, **kwargs) if isinstance(impl, type) else impl)
        self.affinity = self.impl.affinity
        if self.impl.should_evaluate_none:
            self.should_evaluate_none = True

    if not TYPE_CHECKING:  # to checkers it is what a subclass puts there: a class

        @property
        def comparator_factory(self) -> Any:
            """The operators of expressions: those of the stored type, until a subclass names
            others.
            """
            return self.impl_instance.comparator_factory

    @property
    def impl_instance(self) -> TypeEngine:
        """The type values are stored in."""
        return to_instance(self.impl)

    @property
    def python_type(self) -> type:
        return self.impl_instance.python_type

    def _structural_key(self) -> tuple[Any, ...]:
        if not self.cache_ok:
            if self.cache_ok is None:
                _warn_without_key(type(self))
            return (type(self), next(_serial))
        own = {
            name: value
            for name, value in sorted(vars(self).items())
            if name not in ("impl", "affinity") and not name.startswith("_")
        }
        variants = tuple((name, type_.key) for name, type_ in own.pop("variants", {}).items())
        key = (type(self), self.impl_instance.key, variants, *own.items())
        try:
            hash(key)
        except TypeError:
            raise ArgumentError(
                f"{type(self).__name__} says cache_ok = True and keeps an unhashable attribute; "
                "make it hashable (tuple, frozenset), prefix its name with an underscore, or set "
                "cache_ok = False"
            ) from None
        return key

    # --- for subclasses --------------------------------------------------------------------------

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """The value to store, given to `impl`; None included."""
        raise NotImplementedError

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """The Python value, given what `impl` read; None included."""
        raise NotImplementedError

    def process_literal_param(self, value: Any, dialect: Any) -> Any:
        """The value to write into the statement text, given to `impl`."""
        raise NotImplementedError

    def load_dialect_impl(self, dialect: Any) -> TypeEngine:
        """The type to store values in on `dialect`."""
        return self.impl_instance

    def type_engine(self, dialect: Any) -> TypeEngine:
        """The type values are stored in on `dialect`, down through decorators around decorators."""
        stored = to_instance(self.load_dialect_impl(dialect)).dialect_impl(dialect)
        return stored.type_engine(dialect) if isinstance(stored, TypeDecorator) else stored

    @property
    def sort_key_function(self) -> Callable[[Any], Any] | None:  # type: ignore[override]  # derived
        """How values sort in Python (the unit of work writes rows in this order)."""
        return self.impl_instance.sort_key_function

    def as_generic(self, allow_nulltype: bool = False) -> TypeEngine:
        return self.impl_instance.as_generic(allow_nulltype)

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        return self

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        return self

    def compare_values(self, x: Any, y: Any) -> bool:
        return self.impl_instance.compare_values(x, y)

    def copy_value(self, value: Any) -> Any:
        return self.impl_instance.copy_value(value)

    def overrides(self, name: str) -> bool:
        """Whether the subclass has its own method `name`."""
        return getattr(type(self), name) is not getattr(TypeDecorator, name)

    def __getattr__(self, name: str) -> Any:
        # length, precision … of the stored type, as users of the decorated type expect
        if name.startswith("_") or "impl" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self.impl, name)

    def __repr__(self) -> str:
        inner = ", ".join(self.impl_instance._shown()) if "impl" in vars(self) else ""
        return f"{type(self).__name__}({inner})"


class UserDefinedType(ExternalType, TypeEngine[_T]):
    """A type accord knows nothing about: `get_col_spec` gives its DDL, the processors convert
    values.
    """

    @property
    def affinity(self) -> str:  # type: ignore[override]  # a family of its own per class
        return f"{type(self).__module__}.{type(self).__qualname__}"

    def _structural_key(self) -> tuple[Any, ...]:
        if self.cache_ok is None:
            _warn_without_key(type(self))
        return super()._structural_key() if self.cache_ok else (type(self), next(_serial))

    def get_col_spec(self, **kw: Any) -> str:
        """The DDL of the type."""
        raise NotImplementedError(
            f"{type(self).__name__}.get_col_spec() must answer with the DDL of the type, "
            "such as 'POINT'"
        )

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        return self


_PROTOCOL: Final = 5  # the highest of every Python there is an accord for


def _pickle() -> Any:
    import pickle  # for programs that have such a column

    return pickle


class PickleType(TypeDecorator[Any]):
    """Any Python object, pickled. Reading executes what the pickle says: only for data you
    trust.
    """

    impl: TypeEngine | type[TypeEngine] = LargeBinary
    cache_ok = True
    key_fields = ("protocol", "comparator")

    def __init__(
        self,
        protocol: int = _PROTOCOL,
        pickler: Any = None,
        comparator: Callable[[Any, Any], bool] | None = None,
        impl: TypeEngine | type[TypeEngine] | None = None,
    ) -> None:
        super().__init__()
        if impl is not None:
            self.impl = to_instance(impl)
        self.protocol = protocol
        self.pickler = pickler or _pickle()
        self.comparator = comparator

    @property
    def python_type(self) -> type:
        return object

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.pickler.dumps(value, self.protocol)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.pickler.loads(value)

    def compare_values(self, x: Any, y: Any) -> bool:
        return self.comparator(x, y) if self.comparator is not None else bool(x == y)

    def copy_value(self, value: Any) -> Any:
        return self.pickler.loads(self.pickler.dumps(value, self.protocol))

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if state.get("pickler") is _pickle():
            state["pickler"] = None  # modules do not pickle
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({**state, "pickler": state.get("pickler") or _pickle()})
