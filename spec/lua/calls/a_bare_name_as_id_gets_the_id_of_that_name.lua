-- expect: "namespace required in function ID", "app:shout"
local r, err = funcs.call("shuot")
return err:message(), err:details().nearest
