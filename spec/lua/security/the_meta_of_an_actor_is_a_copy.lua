-- expect: 1
local meta = {n = 1}
local actor = security.new_actor("u", meta)
meta.n = 2
actor:meta().n = 3
return actor:meta().n
