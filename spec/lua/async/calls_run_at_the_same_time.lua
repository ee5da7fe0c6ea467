-- expect: "main", "a", "b"
local log = {}
local a, b = funcs.async("spec:later", "a"), funcs.async("spec:later", "b")
log[1] = "main"
log[2] = a:response():receive():data()
log[3] = b:response():receive():data()
return table.unpack(log)
