-- error: Internal: int64 has no exact division: use //
return int64.new(1) / 2
