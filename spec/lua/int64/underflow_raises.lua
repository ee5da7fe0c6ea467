-- error: Internal: int64 overflow
return int64.min - 1
