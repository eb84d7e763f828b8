"""MySQL and MariaDB for accord, through PyMySQL or mysqlclient."""
