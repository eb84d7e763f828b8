# What type checkers see for `accord.dialects.sqlite`: the module that the plugin names.
from accord_sqlite import *  # noqa: F403 - whatever the plugin publishes
from accord_sqlite.dialect import SQLiteDialect

dialect = SQLiteDialect
