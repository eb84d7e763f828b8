# What type checkers see for `accord.dialects.mysql`; at run time a view of the module the plugin names.
from accord_mysql import *  # noqa: F403 - whatever the plugin publishes
from accord_mysql.dialect import MySQLDialect

dialect = MySQLDialect
