-- expect: {ok = {name = "Ann", age = 30, role = "admin", tags = {"x"}}}, "Ann (20)"
local ann = {name = "Ann", age = 20, role = "admin", tags = {"x"}}
return (funcs.call("strings:older", ann, 10)), (funcs.call("strings:describe", ann))
