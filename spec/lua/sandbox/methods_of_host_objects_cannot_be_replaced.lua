-- error: Internal: attempt to index a userdata value
local err = errors.new("x")
err.message = print
