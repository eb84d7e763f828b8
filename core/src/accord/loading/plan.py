"""What is decided once per shape of a statement: which SQL, which loader, which related objects.

In: an ORM SELECT (with its loader options). Out: a `LoadPlan`, cached per engine under the
statement's key. It holds the compiled SQL, how its parameters are taken from any statement of the
same shape, the generated row loader, the joined relationships to attach and the ones to load
afterwards.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from accord import exc
from accord.mapping import AliasedEntity, RelationshipProperty
from accord.records import dataclass, field
from accord.sql.nodes import BindParameter, Entity, EntityColumn

from . import joined
from .fit import mapper_of, require_fit
from .options import sticky_at
from .rows import EntityPart, LoadRows, Part, ValuePart, compile_loader
from .shape import compiled_for, is_sliced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import Bind
    from accord.mapping import Mapper
    from accord.sql.compiled import Compiled

    from .options import Directive, Path

Trail = tuple[int, ...]  # uids of mappers


@dataclass(slots=True)
class EntityPlan:
    """One entity of the statement: its columns and what to do about its relationships."""

    owner: Any  # Mapper or AliasedEntity
    mapper: Mapper
    columns: tuple[Any, ...]
    keys: tuple[str, ...]
    from_clause: Any
    path: Path = ()
    #: Position among the parts of a loaded row, and among its entities.
    part: int = 0
    number: int = 0
    #: Relationships loaded within the statement.
    attached: list[joined.Edge] = field(default_factory=list)
    #: Relationships to load after the rows are in.
    later: list[Later] = field(default_factory=list)
    #: The mappers from the first entity down to this one.
    trail: Trail = ()
    #: What the loaded objects have to remember for later attribute access.
    sticky: tuple[Directive, ...] = ()

    @property
    def lazy_keys(self) -> tuple[str, ...]:
        """Relationships that nothing here loads."""
        planned = {edge.prop.key for edge in self.attached} | {one.prop.key for one in self.later}
        return tuple(prop.key for prop in self.mapper.relationships if prop.key not in planned)


class Later(NamedTuple):
    """A relationship to load by further statements."""

    prop: RelationshipProperty
    strategy: str
    directives: tuple[Directive, ...]
    criteria: tuple[Any, ...]
    trail: Trail


class Item(NamedTuple):
    """What one item of a row is called, and the objects rows can be asked by for it."""

    name: str
    targets: tuple[Any, ...]


@dataclass(slots=True)
class LoadPlan:
    """A statement shape, ready to run."""

    #: None for rows that come from elsewhere.
    compiled: Compiled | None
    #: None: the statement's own binds in order; else for each bind its index there, or a constant.
    bind_sources: tuple[int | BindParameter[Any], ...] | None
    load: LoadRows
    roots: tuple[EntityPlan, ...]
    entities: tuple[EntityPlan, ...]
    visible: int
    items: tuple[Item, ...]
    entity_items: frozenset[int]
    scalar: bool
    needs_unique: bool
    #: Nothing to attach and nothing to load afterwards: rows are the answer.
    simple: bool
    #: `simple`, and the rows are made of one entity without options to remember.
    plain: bool = field(init=False)

    def __post_init__(self) -> None:
        self.plain = self.simple and len(self.entities) == 1 and not self.entities[0].sticky

    def binds_of(self, binds: tuple[BindParameter[Any], ...]) -> tuple[BindParameter[Any], ...]:
        """Return the parameters of the rewritten statement, from those of the user's."""
        if self.bind_sources is None:
            return binds
        return tuple(
            binds[source] if isinstance(source, int) else source for source in self.bind_sources
        )


def make_plan(statement: Any, bind: Bind, trail: Trail = ()) -> LoadPlan:
    """Plan a SELECT of entities and columns; `trail` leads to the objects it is loaded for."""
    nodes = statement.raw_columns
    raw = _roots(nodes, directives_of(statement), trail, joins_collections=not is_sliced(statement))
    roots = tuple(plan for plan in raw if isinstance(plan, EntityPlan))
    rewritten = joined.rewrite(statement, raw, nodes, roots)
    compiled = compiled_for(bind, rewritten)
    parts, entities, visible = _parts(raw, roots, compiled)
    attached = any(plan.attached for plan in entities)
    return LoadPlan(
        compiled=compiled,
        bind_sources=_bind_sources(statement, rewritten),
        load=compile_loader(parts, len(compiled.all_columns), _label(entities, compiled)),
        roots=roots,
        entities=tuple(entities),
        visible=visible,
        items=_items(nodes, raw, compiled),
        entity_items=frozenset(root.part for root in roots),
        scalar=visible == 1,
        needs_unique=joined.joins_collection(roots),
        simple=not attached and not any(plan.later for plan in entities) and len(parts) == visible,
    )


def rewritten(statement: Any) -> Any:
    """Return the SELECT that is sent for a statement whose rows are no objects."""
    nodes = statement.raw_columns
    raw = _roots(nodes, directives_of(statement), (), joins_collections=False)
    return joined.rewrite(statement, raw, nodes, ())


def directives_of(statement: Any) -> tuple[Directive, ...]:
    """Return the loader directives of a statement's options."""
    return tuple(d for option in statement.given_options for d in getattr(option, "directives", ()))


def _parts(
    raw: list[EntityPlan | int], roots: tuple[EntityPlan, ...], compiled: Compiled
) -> tuple[list[Part], list[EntityPlan], int]:
    parts: list[Part] = []
    entities: list[EntityPlan] = []
    position = 0
    visible = 0
    for index, item in enumerate([*raw, *joined.eager_entities(roots)]):
        if isinstance(item, EntityPlan):
            item.part, item.number = len(parts), len(entities)
            entities.append(item)
            parts.append(_entity_part(item, position, compiled))
            position += len(item.columns)
        else:
            for _ in range(item):
                parts.append(ValuePart(position, compiled.all_columns[position].result))
                position += 1
        if index < len(raw):
            visible = len(parts)
    return parts, entities, visible


def _label(entities: list[EntityPlan], compiled: Compiled) -> str:
    names = ", ".join(plan.mapper.class_.__name__ for plan in entities) or "rows"
    return f"{names} #{id(compiled):x}"


def _entity_part(plan: EntityPlan, start: int, compiled: Compiled) -> EntityPart:
    positions = tuple(range(start, start + len(plan.columns)))
    converts = tuple(compiled.all_columns[position].result for position in positions)
    return EntityPart(plan.mapper, positions, plan.keys, converts, plan.lazy_keys)


def _roots(
    nodes: Sequence[Any],
    directives: tuple[Directive, ...],
    trail: Trail,
    *,
    joins_collections: bool,
) -> list[EntityPlan | int]:
    """Return the plans of the entities selected; of anything else, how many columns it is."""
    raw: list[EntityPlan | int] = []
    require_fit(directives, [mapper_of(node) for node in nodes if isinstance(node, Entity)])
    first = True
    for node in nodes:
        if not isinstance(node, Entity):
            columns = getattr(node, "c", None)
            raw.append(1 if columns is None or isinstance(node, EntityColumn) else len(columns))
            continue
        uid = mapper_of(node).uid
        mine = tuple(d for d in directives if d.root == uid or (d.root is None and first))
        root = entity_plan(node.owner, mine, (), trail)
        joined.plan_relationships(root, mine, joins_collections=joins_collections)
        raw.append(root)
        first = False
    return raw


def entity_plan(
    owner: Any, directives: tuple[Directive, ...], path: Path, trail: Trail = ()
) -> EntityPlan:
    """Return the plan of one entity: the columns that the options at `path` leave to load."""
    mapper = owner.mapper if isinstance(owner, AliasedEntity) else owner
    wanted = _column_keys(mapper, [d for d in directives if d.path == path])
    columns = [mapper.column_attrs[key].column for key in wanted]
    if isinstance(owner, AliasedEntity):
        wanted, columns = _shown(owner, wanted, columns)
    return EntityPlan(
        owner,
        mapper,
        tuple(columns),
        tuple(wanted),
        owner.entity.from_clause,
        path,
        trail=(*trail, mapper.uid),
        sticky=sticky_at(directives, path),
    )


def _shown(
    owner: AliasedEntity, keys: list[str], columns: list[Any]
) -> tuple[list[str], list[Any]]:
    """Of the columns wanted, those an alias has; the key it has to have."""
    found = [
        (key, owner.column(column) if key in owner.mapper.pk_keys else owner.find_column(column))
        for key, column in zip(keys, columns, strict=True)
    ]
    shown = [(key, column) for key, column in found if column is not None]
    return [key for key, _ in shown], [column for _, column in shown]


def _column_keys(mapper: Mapper, directives: list[Directive]) -> list[str]:
    only = {d.name for d in directives if d.strategy == "load_only"}
    deferred = {d.name for d in directives if d.strategy == "defer"}
    undeferred = {d.name for d in directives if d.strategy == "undefer"}
    groups = {d.name for d in directives if d.strategy == "undefer_group"}
    keys = []
    for key, prop in mapper.column_attrs.items():
        if key in mapper.pk_keys:
            wanted = True
        elif only:
            wanted = key in only
        elif (
            key in undeferred
            or "*" in undeferred
            or (prop.group is not None and prop.group in groups)
        ):
            wanted = True
        else:
            wanted = not prop.deferred and key not in deferred and "*" not in deferred
        if wanted:
            keys.append(key)
    return keys


def _bind_sources(statement: Any, rewritten: Any) -> tuple[int | BindParameter[Any], ...] | None:
    if rewritten is statement:
        return None
    positions = {id(bind): index for index, bind in enumerate(statement.binds)}
    return tuple(positions.get(id(bind), bind) for bind in rewritten.binds)


def _items(nodes: Any, raw: list[EntityPlan | int], compiled: Compiled) -> tuple[Item, ...]:
    """Return what each item of a row is called: entities by their class, values by their attribute,
    label or function. A second value of a name is ``name_1``.
    """
    items: list[Item] = []
    taken: set[str] = set()
    position = 0
    for node, plan in zip(nodes, raw, strict=True):
        if isinstance(plan, EntityPlan):
            items.append(_entity_item(plan.owner))
            taken.add(items[-1].name)
            position += len(plan.columns)
            continue
        columns = (
            (node,) if isinstance(node, EntityColumn) or not hasattr(node, "c") else tuple(node.c)
        )
        for column in columns:
            known = getattr(column, "key", None) or getattr(column, "function_name", None)
            name = _free(str(known or compiled.all_columns[position].name), taken)
            taken.add(name)
            items.append(Item(name, (column,)))
            position += 1
    return tuple(items)


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name}_{number}" for number in count(1))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _entity_item(owner: Any) -> Item:
    name = getattr(owner, "name", None) if isinstance(owner, AliasedEntity) else None
    return Item(name or owner.class_.__name__, (owner.class_, owner.entity))


def plan_by_name(
    entity: Entity,
    names: tuple[str, ...],
    bind: Bind,
    *,
    converted: bool,
    options: Sequence[Any] = (),
) -> LoadPlan:
    """Plan objects from the rows of any statement: columns are found by their names, or by the
    names of their attributes.
    """
    directives = tuple(
        [
            d._replace(strategy="selectin") if d.strategy == "joined" else d
            for option in options
            for d in getattr(option, "directives", ())
        ]
    )
    require_fit(directives, [mapper_of(entity)])
    root = entity_plan(entity.owner, directives, ())
    if directives:
        joined.plan_relationships(root, directives, joins_collections=False)
        root.attached.clear()  # what the mapping joins cannot be joined to rows that are there
    by_name: dict[Any, Any] = {**root.mapper.column_attrs}
    by_name.update({prop.column.name: prop for prop in root.mapper.column_attrs.values()})
    found = [(position, by_name[name]) for position, name in enumerate(names) if name in by_name]
    keys = tuple(prop.key for _, prop in found)
    missing = [key for key in root.mapper.pk_keys if key not in keys]
    if missing:
        raise exc.InvalidRequestError(
            f"The rows of from_statement() lack the primary key of {root.mapper.class_.__name__} "
            f"({', '.join(missing)}); select it too"
        )
    entry = bind.dialect.target.types.entry
    converts = tuple(None if converted else entry(prop.column.type).result for _, prop in found)
    positions = tuple(position for position, _ in found)
    part = EntityPart(root.mapper, positions, keys, converts, ())
    return LoadPlan(
        compiled=None,
        bind_sources=None,
        load=compile_loader([part], len(names), f"{root.mapper.class_.__name__} by name"),
        roots=(root,),
        entities=(root,),
        visible=1,
        items=(_entity_item(root.owner),),
        entity_items=frozenset({0}),
        scalar=True,
        needs_unique=False,
        simple=not root.later,
    )


__all__ = ["EntityPlan", "LoadPlan", "directives_of", "entity_plan", "make_plan", "plan_by_name"]
