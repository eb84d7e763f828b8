# What type checkers see for `accord.engine.interfaces`: see paths.py.
import accord.dialect as _dialect
import accord.sql as _sql
from accord.engine import *  # noqa: F403 - whatever is public there

Compiled = _sql.Compiled
DBAPIConnection = _dialect.DBAPIConnection
DBAPICursor = _dialect.DBAPICursor
Dialect = _dialect.Dialect
