# What type checkers see for `accord.sql.schema`: see paths.py.
import accord.schema.naming as _schema_naming
from accord.schema import *  # noqa: F403 - whatever is public there

DEFAULT_NAMING_CONVENTION = _schema_naming.DEFAULT_CONVENTION
