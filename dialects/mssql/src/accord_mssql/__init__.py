"""SQL Server for accord, through pymssql."""
