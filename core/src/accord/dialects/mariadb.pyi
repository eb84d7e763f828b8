# What type checkers see for `accord.dialects.mariadb`; at run time a view of the module the plugin names.
from accord_mysql.mariadb import *  # noqa: F403 - whatever the plugin publishes
from accord_mysql.dialect import MariaDBDialect

dialect = MariaDBDialect
