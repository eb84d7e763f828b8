"""`relationship()`: how objects of one class refer to objects of another.

In: the arguments users write, kept as they are until every class is defined. Out: a
`RelationshipProperty`; `configure` resolves it when the mapping is first used and fills in target,
direction, join conditions and the column pairs that flush and loaders work with (`joins` finds
them). Nothing of that is recomputed later.
"""

from __future__ import annotations

import enum
import warnings
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.records import dataclass, replace

from .cascade import Cascade, parse_cascade
from .mapped import NOT_GIVEN, Mapped, T, given
from .properties import MapperProperty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from accord.schema import Table
    from accord.sql.nodes import ColumnElement
    from accord.sql.selectable import FromClause

    from .aliased import AliasedEntity
    from .annotations import MappedAnnotation
    from .attribute_events import AttributeEvents
    from .joins import JoinCondition
    from .mapper import Mapper


class Direction(enum.Enum):
    """Where the foreign key is, seen from the class that has the relationship."""

    MANYTOONE = "many-to-one"
    ONETOMANY = "one-to-many"
    MANYTOMANY = "many-to-many"


MANYTOONE, ONETOMANY, MANYTOMANY = Direction.MANYTOONE, Direction.ONETOMANY, Direction.MANYTOMANY

_LAZY: Final = (
    "select", "joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload",
)  # fmt: skip
_LAZY_SYNONYMS: Final[dict[Any, str]] = {True: "select", False: "joined", None: "noload"}
_LATER: Final = ("write_only", "dynamic")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was given to `relationship()` and is resolved later: objects, strings or callables."""

    target: Any = None
    secondary: Any = None
    primaryjoin: Any = None
    secondaryjoin: Any = None
    foreign_keys: Any = None
    remote_side: Any = None
    order_by: Any = None
    uselist: bool | None = None
    back_populates: Any = None
    backref: str | tuple[str, dict[str, Any]] | None = None
    cascade: str | Iterable[str] | None = None
    sync_backref: bool | None = None


#: Names that exist only once a relationship is resolved; reading one resolves it.
_RESOLVED: Final = frozenset(
    {
        "mapper", "direction", "uselist", "secondary", "primaryjoin", "secondaryjoin", "pairs",
        "secondary_pairs", "remote_side", "local_columns", "order_by", "reverse", "counterparts",
        "condition", "is_many_to_one", "use_get", "make_collection", "target_identity",
    }
)  # fmt: skip


class RelationshipProperty(MapperProperty, Mapped[T]):
    """A relationship of a mapped class."""

    # Known as soon as the class is mapped.
    cascade: Cascade
    # Known once it is resolved; see `_RESOLVED`.
    mapper: Mapper
    direction: Direction
    uselist: bool
    is_many_to_one: bool
    secondary: Table | None
    primaryjoin: ColumnElement[Any]
    secondaryjoin: ColumnElement[Any] | None
    #: (column on the parent's side, column on the target's side, or of the secondary table).
    pairs: tuple[tuple[Any, Any], ...]
    #: (column of the target, column of the secondary table).
    secondary_pairs: tuple[tuple[Any, Any], ...]
    remote_side: frozenset[Any]
    local_columns: frozenset[Any]
    order_by: tuple[Any, ...]
    #: The other side, where changes of this one show at once (neither is viewonly).
    reverse: frozenset[RelationshipProperty[Any]]
    #: The other side, in sync or not.
    counterparts: frozenset[RelationshipProperty[Any]]
    condition: JoinCondition
    #: Whether the target is found by its primary key alone: the identity map can answer.
    use_get: bool
    #: Makes an empty collection; set by `instrument` for to-many relationships.
    make_collection: Callable[[], Any]

    #: Listeners and validator of the attribute, None as long as there are none.
    events: AttributeEvents | None = None
    resolved = False

    def __init__(
        self,
        arguments: Arguments,
        *,
        lazy: Any = "select",
        passive_deletes: bool | str = False,
        passive_updates: bool = True,
        post_update: bool = False,
        single_parent: bool = False,
        viewonly: bool = False,
        collection_class: Any = None,
        innerjoin: bool | str = False,
        overlaps: str | None = None,
        active_history: bool = False,
        enable_typechecks: bool = True,
        join_depth: int | None = None,
        omit_join: bool | None = None,
        load_on_pending: bool = False,
        distinct_target_key: bool | None = None,
        info: dict[Any, Any] | None = None,
        doc: str | None = None,
        dataclass: dict[str, Any] | None = None,
    ) -> None:
        self.given = arguments
        self.lazy = _LAZY_SYNONYMS.get(lazy, lazy) if not isinstance(lazy, str) else lazy
        self.passive_deletes = passive_deletes
        self.passive_updates = passive_updates
        self.post_update = post_update
        self.single_parent = single_parent
        self.viewonly = viewonly
        self.collection_class = collection_class
        self.innerjoin = innerjoin
        self.overlaps = frozenset(name.strip() for name in (overlaps or "").split(",")) - {""}
        self.active_history = active_history
        self.enable_typechecks = enable_typechecks
        self.join_depth = join_depth
        self.omit_join = omit_join
        self.load_on_pending = load_on_pending
        self.distinct_target_key = distinct_target_key
        self.info = info if info is not None else {}
        self.doc = doc
        self.dataclass = dataclass or {}
        self.back_populates: str | None = None
        self._annotation: MappedAnnotation | None = None
        self.backref_made = False

    # --- before resolution ------------------------------------------------------------------------

    def annotated(self, annotation: MappedAnnotation) -> None:
        """Take over what ``Mapped[...]`` says; it is read when the mapper takes the property."""
        self._annotation = annotation

    def attach(self, parent: Mapper, key: str) -> None:
        super().attach(parent, key)
        self._check_lazy()
        if self._annotation is not None:
            self._read_annotation(self._annotation)
        if self.given.target is None:
            raise exc.ArgumentError(
                f'{self} does not say where it leads; annotate it, {key}: Mapped["Target"] = '
                'relationship(), or write relationship("Target")'
            )
        self.cascade = parse_cascade(self.given.cascade, str(self), viewonly=self.viewonly)
        self._check_deletes()
        if isinstance(self.given.back_populates, str):
            self.back_populates = self.given.back_populates

    def _check_deletes(self) -> None:
        if self.passive_deletes == "all" and (self.cascade.delete or self.cascade.delete_orphan):
            raise exc.ArgumentError(
                f"{self}: passive_deletes='all' leaves deletes to the database alone and does "
                f'not go with cascade="{self.cascade}"; write passive_deletes=True, or leave '
                "delete out of the cascade"
            )
        if self.cascade.delete_orphan and not self.cascade.delete:
            warnings.warn(
                f'{self}: the delete-orphan cascade goes with delete; write cascade="all, '
                'delete-orphan"',
                exc.AccordWarning,
                stacklevel=2,
            )

    def _check_lazy(self) -> None:
        if self.lazy in _LATER:
            raise exc.ArgumentError(
                f"{self}: lazy={self.lazy!r} is not available in this version; write "
                "lazy='select' and query large collections with select(...).where(...)"
            )
        if self.lazy not in _LAZY:
            raise exc.ArgumentError(
                f"{self}: lazy={self.lazy!r} is no way to load; the ways are: {', '.join(_LAZY)}"
            )

    def _read_annotation(self, annotation: MappedAnnotation) -> None:
        from .annotations import relationship_meaning

        meaning = relationship_meaning(annotation)
        target = self.given.target
        uselist = self.given.uselist
        self.given = replace(
            self.given,
            target=meaning.target if target is None else target,
            uselist=meaning.uselist if uselist is None else uselist,
        )
        if self.collection_class is None and meaning.collection_class is not None:
            if issubclass(meaning.collection_class, dict):
                raise exc.ArgumentError(
                    f"{annotation}: a dict needs to know its keys; write "
                    f'{self.key}: ... = relationship(collection_class=attribute_keyed_dict("name"))'
                )
            self.collection_class = meaning.collection_class

    def order_by_on(self, target: Mapper | AliasedEntity) -> tuple[Any, ...]:
        """Return `order_by` in terms of the target or of an alias of it."""
        from .adapting import table_exchanged

        table, other = self.mapper.local_table, target.selectable
        if other is table:
            return self.order_by
        return tuple(table_exchanged(item, table, other) for item in self.order_by)

    # --- resolution -------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Make sure that target, direction and joins are known."""
        if not self.resolved:
            from .configure import resolve_property

            resolve_property(self)

    def __getattr__(self, name: str) -> Any:
        if name in _RESOLVED and not self.resolved and self.key:
            self.resolve()
            found = vars(self).get(name, NOT_GIVEN)
            if found is not NOT_GIVEN:
                return found
        raise AttributeError(f"{self} has no attribute {name!r}")

    @property
    def entity(self) -> Mapper:
        """The target mapper (SQLAlchemy's name for it)."""
        return self.mapper

    @property
    def target(self) -> FromClause:
        """The table of the target."""
        return self.mapper.local_table

    @property
    def argument(self) -> Any:
        """The target as it was given."""
        return self.given.target

    @property
    def backref(self) -> Any:
        """`backref=` as it was given."""
        return self.given.backref

    @property
    def sync_backref(self) -> bool | None:
        """`sync_backref=` as it was given."""
        return self.given.sync_backref

    @property
    def synchronize_pairs(self) -> list[tuple[Any, Any]]:
        """The (referenced column, foreign key column) pairs, whichever side they are on."""
        if self.is_many_to_one:
            return [(target, parent) for parent, target in self.pairs]
        return list(self.pairs)

    @property
    def local_remote_pairs(self) -> list[tuple[Any, Any]]:
        """The (local, remote) pairs of the join conditions."""
        return list(self.pairs) + list(self.secondary_pairs)

    def set_target_identity(self) -> None:
        """Prepare `target_identity`: which attributes hold the target's primary key."""
        by_target = {target: parent for parent, target in self.pairs}
        key = self.mapper.primary_key
        self.use_get = (
            self.direction is MANYTOONE and set(by_target) == set(key) and self.condition.is_simple
        )
        self.target_identity: Callable[[Mapping[str, object]], Any] = _no_identity
        if self.use_get:
            names = tuple(self.parent.key_for_column(by_target[column]) for column in key)
            self.target_identity = _identity_reader(names)


def _no_identity(values: Mapping[str, object]) -> Any:
    return None


def _identity_reader(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], Any]:
    read = itemgetter(*names)
    single = len(names) == 1

    def target_identity(values: Mapping[str, object]) -> Any:
        """Return the identity the foreign key columns name; None if one is missing or NULL."""
        try:
            found = read(values)
        except KeyError:
            return None
        return found if single or None not in found else None

    return target_identity


Relationship = RelationshipProperty


# --- what users write -----------------------------------------------------------------------------


def relationship(
    argument: Any = None,
    secondary: Any = None,
    *,
    uselist: bool | None = None,
    collection_class: Any = None,
    primaryjoin: Any = None,
    secondaryjoin: Any = None,
    back_populates: str | Callable[[], Any] | None = None,
    order_by: Any = False,
    backref: str | tuple[str, dict[str, Any]] | None = None,
    overlaps: str | None = None,
    post_update: bool = False,
    cascade: str | Iterable[str] | None = None,
    viewonly: bool = False,
    init: Any = NOT_GIVEN,
    repr: Any = NOT_GIVEN,
    default: Any = NOT_GIVEN,
    default_factory: Any = NOT_GIVEN,
    compare: Any = NOT_GIVEN,
    kw_only: Any = NOT_GIVEN,
    hash: Any = NOT_GIVEN,
    lazy: Any = "select",
    passive_deletes: bool | str = False,
    passive_updates: bool = True,
    active_history: bool = False,
    enable_typechecks: bool = True,
    foreign_keys: Any = None,
    remote_side: Any = None,
    join_depth: int | None = None,
    comparator_factory: Any = None,
    single_parent: bool = False,
    innerjoin: bool | str = False,
    distinct_target_key: bool | None = None,
    load_on_pending: bool = False,
    query_class: Any = None,
    info: dict[Any, Any] | None = None,
    omit_join: bool | None = None,
    sync_backref: bool | None = None,
    doc: str | None = None,
    dataclass_metadata: Any = NOT_GIVEN,
) -> RelationshipProperty[Any]:
    """Relate a mapped class to another one.

    The target, its multiplicity and its collection are read from the annotation
    (``Mapped[list["Address"]]``); the join condition from the foreign keys between the tables.
    Whatever names classes or columns may be an object, a callable that returns one, or a string
    that is evaluated when all classes are defined.

    >>> Author(name="Ida", books=[Book(title="Ships")]).books[0].author.name  # back_populates
    'Ida'
    """
    for name, value in (("comparator_factory", comparator_factory), ("query_class", query_class)):
        if value is not None:
            raise exc.ArgumentError(f"relationship() takes no {name}= in this version")
    if backref is not None and back_populates is not None:
        raise exc.ArgumentError(
            "relationship() takes back_populates= (both sides are written) or backref= (the "
            "other side is made), not both"
        )
    if viewonly:
        _check_viewonly(
            sync_backref=(sync_backref, None), post_update=(post_update, False),
            passive_deletes=(passive_deletes, False), passive_updates=(passive_updates, True),
            active_history=(active_history, False),
        )  # fmt: skip
    arguments = Arguments(
        target=argument, secondary=secondary, primaryjoin=primaryjoin, secondaryjoin=secondaryjoin,
        foreign_keys=foreign_keys, remote_side=remote_side, uselist=uselist, cascade=cascade,
        order_by=None if order_by is False else order_by,
        back_populates=back_populates, backref=backref, sync_backref=sync_backref,
    )  # fmt: skip
    dataclass = given(
        init=init, repr=repr, default=default, default_factory=default_factory, compare=compare,
        kw_only=kw_only, hash=hash, dataclass_metadata=dataclass_metadata,
    )  # fmt: skip
    return RelationshipProperty(
        arguments, lazy=lazy, passive_deletes=passive_deletes, passive_updates=passive_updates,
        post_update=post_update, single_parent=single_parent, viewonly=viewonly, info=info, doc=doc,
        collection_class=collection_class, innerjoin=innerjoin, overlaps=overlaps,
        active_history=active_history, enable_typechecks=enable_typechecks, join_depth=join_depth,
        omit_join=omit_join, load_on_pending=load_on_pending, dataclass=dataclass,
        distinct_target_key=distinct_target_key,
    )  # fmt: skip


def _check_viewonly(**writing: tuple[Any, Any]) -> None:
    for name, (value, neutral) in writing.items():
        if name == "sync_backref" and value:
            raise exc.ArgumentError(
                "relationship(viewonly=True, sync_backref=True) contradicts itself: a viewonly "
                "relationship follows no changes of its other side; leave out one of the two"
            )
        if name != "sync_backref" and value != neutral:
            warnings.warn(
                f"relationship(viewonly=True) never writes, so {name}= has no effect; leave it out",
                exc.AccordWarning,
                stacklevel=3,
            )


def backref(name: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Name the relationship that `backref=` makes on the target, with arguments of its own."""
    return (name, arguments)


__all__ = [
    "MANYTOMANY",
    "MANYTOONE",
    "ONETOMANY",
    "Direction",
    "Relationship",
    "RelationshipProperty",
    "backref",
    "relationship",
]
