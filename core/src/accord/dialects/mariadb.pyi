# What type checkers see for `accord.dialects.mariadb`; at run time the plugin's own module.
from accord_mysql.mariadb import *  # noqa: F403 - whatever the plugin publishes
