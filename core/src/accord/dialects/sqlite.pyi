# What type checkers see for `accord.dialects.sqlite`; at run time a view of the module the plugin names.
from accord_sqlite import *  # noqa: F403 - whatever the plugin publishes
from accord_sqlite.dialect import SQLiteDialect

dialect = SQLiteDialect
