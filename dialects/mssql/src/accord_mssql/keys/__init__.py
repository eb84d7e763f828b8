"""SQL Server's key strategies, one file each; `writing` makes the texts of OUTPUT and MERGE.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from accord_mssql.keys.numbered import NumberedKeys
from accord_mssql.keys.output import OUTPUT_REFUSED, OutputKeys
from accord_mssql.keys.scope_identity import ScopeIdentity
from accord_mssql.keys.writing import SOURCE

__all__ = ["OUTPUT_REFUSED", "SOURCE", "NumberedKeys", "OutputKeys", "ScopeIdentity"]
