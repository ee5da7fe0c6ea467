-- error: Internal: attempt to index a error value (local 'err')
local err = errors.new("x")
err.message = print
