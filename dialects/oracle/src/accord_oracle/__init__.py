"""Oracle Database for accord, through python-oracledb."""
