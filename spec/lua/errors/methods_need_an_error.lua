-- error: Internal: error expected, got string
local kind = errors.new("m").kind
kind("x")
