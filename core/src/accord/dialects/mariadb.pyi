# What type checkers see for `accord.dialects.mariadb`: the module that the plugin names.
from accord_mysql.dialect import MariaDBDialect
from accord_mysql.mariadb import *  # noqa: F403 - whatever the plugin publishes

dialect = MariaDBDialect
