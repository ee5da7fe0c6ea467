-- error: Internal: attempt to perform 'n//0' on int64
return int64.new(1) // 0
