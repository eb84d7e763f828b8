"""From rows to objects: plans, generated row loaders, eager and lazy loading, refreshing.

Sibling of `unitofwork` and `engine`: it yields requests and returns plain values. `query` is the
way of a SELECT, `plan` what is decided once per statement shape, `rows` the generated code,
`eager` and `joined` related objects, `lazy` what attribute access loads, `refresh` expired values,
`options` what the user asks for.
"""

from .joined import EAGER, joined_collections
from .lazy import lazy_steps, members_steps, refuse_column, target_identity
from .options import (
    Load,
    contains_eager,
    defaultload,
    defer,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    noload,
    raiseload,
    selectinload,
    subqueryload,
    undefer,
    undefer_group,
)
from .protocols import LoadSession
from .query import (
    get_steps,
    key_plan,
    known_plan,
    named_plan,
    new_plan,
    objects_steps,
    plain_objects,
    request_of,
    rows_to_objects,
    select_steps,
    sent_by_key,
)
from .refresh import refresh_steps, row_exists_steps, values_steps
from .shape import mapper_of_select, selects_unknown_columns, statement_behind

__all__ = [
    "EAGER",
    "Load",
    "LoadSession",
    "contains_eager",
    "defaultload",
    "defer",
    "get_steps",
    "immediateload",
    "joined_collections",
    "joinedload",
    "key_plan",
    "known_plan",
    "named_plan",
    "new_plan",
    "lazy_steps",
    "lazyload",
    "load_only",
    "mapper_of_select",
    "members_steps",
    "noload",
    "objects_steps",
    "plain_objects",
    "raiseload",
    "refresh_steps",
    "refuse_column",
    "request_of",
    "sent_by_key",
    "rows_to_objects",
    "row_exists_steps",
    "select_steps",
    "selectinload",
    "selects_unknown_columns",
    "statement_behind",
    "subqueryload",
    "target_identity",
    "undefer",
    "undefer_group",
    "values_steps",
]
