-- error: Internal: number 1.5 is not a whole number
return int64.new(1) + 1.5
