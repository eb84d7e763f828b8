"""Loader options: `joinedload(User.addresses)`, `defer(User.bio)`, `raiseload("*")` …

In: attributes named by the user. Out: a `Load` holding directives, plain values that say for one
attribute at one place (a path of relationships from the root entity) how it is to be loaded. Their
`key` is part of the statement's key, so plans are cached per set of options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.mapping import QueryableAttribute, RelationshipProperty
from accord.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

Path = tuple[str, ...]

#: Strategies of columns; all others speak about relationships.
COLUMN_STRATEGIES = frozenset({"load_only", "defer", "undefer", "undefer_group", "raise_column"})
#: Strategies the loaded objects have to remember, for later attribute access.
STICKY = frozenset({"raise", "raise_on_sql", "raise_column"})


@dataclass(frozen=True, slots=True)
class Directive:
    """How attribute `name` ("*": every one) of the entity at `path` is to be loaded."""

    path: Path
    name: str
    strategy: str
    root: int | None = None  # uid of the root mapper; None: whichever entity is first
    detail: Any = None  # joined: innerjoin; contains_eager: alias; defer: group
    detail_key: Hashable = None
    criteria: tuple[Any, ...] = ()

    def __str__(self) -> str:
        called = _FUNCTIONS.get(self.strategy, self.strategy)
        return f"{called}({'.'.join((*self.path, self.name))})"

    @property
    def key(self) -> Hashable:
        """Structural key: equal keys load alike."""
        return (
            self.path,
            self.name,
            self.strategy,
            self.root,
            self.detail_key,
            tuple(criterion.cache_key for criterion in self.criteria),
        )


def sticky_at(directives: Iterable[Directive], path: Path) -> tuple[Directive, ...]:
    """Return what objects loaded at `path` have to remember, as seen from them."""
    return tuple(
        Directive((), d.name, d.strategy, detail=d.detail, detail_key=d.detail_key)
        for d in directives
        if d.strategy in STICKY and (d.path == path or everywhere(d))
    )


def everywhere(directive: Directive) -> bool:
    """Whether a directive speaks about the relationships of every entity: ``raiseload("*")``."""
    return directive.name == "*" and not directive.path and directive.root is None


#: What the user wrote for a strategy, where it is not called the same.
_FUNCTIONS = {
    "joined": "joinedload",
    "selectin": "selectinload",
    "immediate": "immediateload",
    "select": "lazyload",
    "raise": "raiseload",
    "raise_on_sql": "raiseload",
    "default": "defaultload",
}


class Load:
    """A chain of loader directives; every method returns a longer one."""

    __slots__ = ("_path", "_root", "_target", "cache_key", "directives")

    def __init__(
        self, entity: Any = None, *, _directives: tuple[Directive, ...] = (), _path: Path = ()
    ) -> None:
        self._root: int | None = None if entity is None else _mapper_uid(entity)
        self._path = _path
        self._target: Any = None
        self.directives = _directives
        self.cache_key = ("load", *[directive.key for directive in _directives])

    @property
    def key(self) -> Hashable:
        """Part of the statement's key."""
        return self.cache_key

    # -- relationships -----------------------------------------------------------------------------

    def joinedload(self, *attributes: Any, innerjoin: bool | None = None) -> Load:
        """Load by a LEFT OUTER JOIN in the same statement."""
        return self._relate("joined", attributes, detail=innerjoin)

    def selectinload(self, *attributes: Any, recursion_depth: int | None = None) -> Load:
        """Load by a second statement with IN over the owners' keys."""
        return self._relate("selectin", attributes)

    def subqueryload(self, *attributes: Any) -> Load:
        """As `selectinload`, which does the same with fewer rows read twice."""
        return self._relate("selectin", attributes)

    def lazyload(self, *attributes: Any) -> Load:
        """Load when first accessed."""
        return self._relate("select", attributes)

    def immediateload(self, *attributes: Any, recursion_depth: int | None = None) -> Load:
        """Load right after the owners, one statement each."""
        return self._relate("immediate", attributes)

    def noload(self, *attributes: Any) -> Load:
        """Leave empty."""
        return self._relate("noload", attributes)

    def raiseload(self, *attributes: Any, sql_only: bool = False) -> Load:
        """Raise when accessed and not loaded; with `sql_only` only if SQL would be needed."""
        return self._relate("raise_on_sql" if sql_only else "raise", attributes)

    def defaultload(self, *attributes: Any) -> Load:
        """Load as mapped; to go on with options for what is behind it."""
        return self._relate("default", attributes)

    def contains_eager(self, *attributes: Any, alias: Any = None) -> Load:
        """Take the related objects from columns this statement already has (an explicit join)."""
        return self._relate("contains_eager", attributes, detail=alias)

    # -- columns -----------------------------------------------------------------------------------

    def load_only(self, *attributes: Any, raiseload: bool = False) -> Load:
        """Load just these columns (and the key)."""
        only = self._columns("load_only", attributes)
        if not raiseload:
            return only
        kept = frozenset(_property(attribute).key for attribute in attributes)
        root = only.directives[-1].root
        return only._with(Directive(self._path, "*", "raise_column", root, kept, kept))

    def defer(self, *attributes: Any, raiseload: bool = False) -> Load:
        """Do not load these columns until they are accessed."""
        deferred = self._columns("defer", attributes)
        return deferred._columns("raise_column", attributes) if raiseload else deferred

    def undefer(self, *attributes: Any) -> Load:
        """Load these deferred columns with the rest."""
        return self._columns("undefer", attributes)

    def undefer_group(self, name: str) -> Load:
        """Load all deferred columns of a group."""
        return self._with(Directive(self._path, name, "undefer_group", self._root))

    def options(self, *options: Load) -> Load:
        """Apply several options behind the present one."""
        longer = self
        for option in options:
            for directive in option.directives:
                longer = longer._with(
                    replace(directive, path=self._path + directive.path, root=self._root)
                )
        return longer

    # -- building ----------------------------------------------------------------------------------

    def _relate(self, strategy: str, attributes: tuple[Any, ...], detail: Any = None) -> Load:
        if not attributes:
            raise exc.ArgumentError(
                f"{strategy}: name the relationship, as in selectinload(User.addresses)"
            )
        load = self
        for attribute in attributes:
            load = load._one(strategy, attribute, detail)
        return load

    def _one(self, strategy: str, attribute: Any, detail: Any) -> Load:
        if attribute == "*" if isinstance(attribute, str) else False:
            return self._with(Directive(self._path, "*", strategy, self._root))
        prop = _property(attribute)
        if not isinstance(prop, RelationshipProperty):
            raise exc.ArgumentError(
                f"{attribute} is a column; use load_only(), defer() or undefer() for columns"
            )
        root = self._root if self._path or self._root is not None else attribute.parent.mapper.uid
        alias = attribute.target_entity if detail is None else _entity_of(detail)
        directive = Directive(
            self._path,
            prop.key,
            strategy,
            root,
            alias,
            _key_of(alias),
            tuple(attribute.extra_criteria),
        )
        longer = self._with(directive)
        longer._root = root
        longer._path = (*self._path, prop.key)
        return longer

    def _columns(self, strategy: str, attributes: tuple[Any, ...]) -> Load:
        load = self
        for attribute in attributes:
            if attribute == "*" if isinstance(attribute, str) else False:
                load = load._with(Directive(self._path, "*", strategy, self._root))
                continue
            prop = _property(attribute)
            if isinstance(prop, RelationshipProperty):
                raise exc.ArgumentError(
                    f"{attribute} is a relationship; use selectinload(), lazyload(), raiseload() … "
                    "for relationships"
                )
            root = (
                self._root if self._path or self._root is not None else attribute.parent.mapper.uid
            )
            load = load._with(Directive(self._path, prop.key, strategy, root))
        return load

    def _with(self, directive: Directive) -> Load:
        longer = Load(_directives=(*self.directives, directive), _path=self._path)
        longer._root = self._root
        return longer

    def __repr__(self) -> str:
        return f"<Load {', '.join(map(str, self.directives))}>"


def _property(attribute: Any) -> Any:
    if isinstance(attribute, QueryableAttribute):
        return attribute.prop
    if isinstance(attribute, str):
        raise exc.ArgumentError(
            "Strings are not accepted for attribute names in loader options; write the attribute "
            "itself, as in "
            f"selectinload(Class.{attribute})"
        )
    raise exc.ArgumentError(f"Loader options take mapped attributes, not {attribute!r}")


def _entity_of(detail: Any) -> Any:
    """Return the aliased entity behind an `aliased()` class; anything else as it is."""
    return getattr(detail, "_accord_entity", detail)


def _key_of(detail: Any) -> Hashable:
    element = getattr(detail, "entity", detail)
    key: Hashable = getattr(element, "cache_key", element)
    return key


def _mapper_uid(entity: Any) -> int:
    mapper = getattr(entity, "__mapper__", None)
    if mapper is None and hasattr(entity, "_accord_entity"):
        mapper = entity._accord_entity.mapper
    if mapper is None:
        raise exc.ArgumentError(f"Load() takes a mapped class, not {entity!r}")
    uid: int = mapper.uid
    return uid


def _start(name: str, *attributes: Any, **options: Any) -> Load:
    load: Load = getattr(Load(), name)(*attributes, **options)
    return load


def joinedload(*keys: Any, innerjoin: bool | None = None) -> Load:
    """Load a relationship by a LEFT OUTER JOIN in the same statement.

    >>> for book in session.scalars(select(Book).options(joinedload(Book.author))):
    ...     print(book.title, "by", book.author.name)
    Notes by Ada
    Letters by Ada
    """
    return _start("joinedload", *keys, innerjoin=innerjoin)


def selectinload(*keys: Any, recursion_depth: int | None = None) -> Load:
    """Load a relationship by a second statement with IN over the owners' keys.

    >>> for author in session.scalars(select(Author).options(selectinload(Author.books))):
    ...     print(author.name, len(author.books))
    Ada 2
    """
    return _start("selectinload", *keys)


def subqueryload(*keys: Any) -> Load:
    """As `selectinload`."""
    return _start("subqueryload", *keys)


def lazyload(*keys: Any) -> Load:
    """Load a relationship when it is first accessed."""
    return _start("lazyload", *keys)


def immediateload(*keys: Any, recursion_depth: int | None = None) -> Load:
    """Load a relationship right after its owners."""
    return _start("immediateload", *keys)


def noload(*keys: Any) -> Load:
    """Leave a relationship empty."""
    return _start("noload", *keys)


def raiseload(*keys: Any, sql_only: bool = False) -> Load:
    """Raise when a relationship that is not loaded is accessed."""
    return _start("raiseload", *keys, sql_only=sql_only)


def defaultload(*keys: Any) -> Load:
    """Load a relationship as mapped; to chain options behind it."""
    return _start("defaultload", *keys)


def contains_eager(*keys: Any, alias: Any = None) -> Load:
    """Take a relationship from columns the statement already has."""
    return _start("contains_eager", *keys, alias=alias)


def load_only(*attrs: Any, raiseload: bool = False) -> Load:
    """Load just these columns."""
    return _start("load_only", *attrs, raiseload=raiseload)


def defer(key: Any, *more: Any, raiseload: bool = False) -> Load:
    """Do not load a column until it is accessed."""
    return _start("defer", key, *more, raiseload=raiseload)


def undefer(key: Any, *more: Any) -> Load:
    """Load a deferred column with the rest."""
    return _start("undefer", key, *more)


def undefer_group(name: str) -> Load:
    """Load a group of deferred columns with the rest."""
    return _start("undefer_group", name)
