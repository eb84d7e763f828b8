# What type checkers see for `accord.dialects.mysql`: the module that the plugin names.
from accord_mysql import *  # noqa: F403 - whatever the plugin publishes
from accord_mysql.dialect import MySQLDialect

dialect = MySQLDialect
