-- logs: info a {"id":1}
-- logs: info b {"id":2,"more":true}
-- logs: info c {}
local log = logger:with({id = 1})
log:info("a")
log:with({id = 2}):info("b", {more = true})
logger:info("c")
