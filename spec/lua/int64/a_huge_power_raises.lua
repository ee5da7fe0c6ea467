-- error: Internal: int64 overflow
return int64.new(10) ^ 1000000
