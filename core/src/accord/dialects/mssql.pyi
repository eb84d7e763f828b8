# What type checkers see for `accord.dialects.mssql`; at run time a view of the module the plugin names.
from accord_mssql import *  # noqa: F403 - whatever the plugin publishes
from accord_mssql.dialect import MSSQLDialect

dialect = MSSQLDialect
