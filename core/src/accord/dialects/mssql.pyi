# What type checkers see for `accord.dialects.mssql`: the module that the plugin names.
from accord_mssql import *  # noqa: F403 - whatever the plugin publishes
from accord_mssql.dialect import MSSQLDialect

dialect = MSSQLDialect
