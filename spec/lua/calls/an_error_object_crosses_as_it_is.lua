-- expect: true, "Conflict"
local e = errors.new{message = "m", kind = "Conflict"}
local r = funcs.call("lua:echo", {e})
return r[1] == e, r[1]:kind()
