-- expect: "namespace required in function ID\n  got \"shuot\": an ID is namespace:name; did you mean app:shout?", "app:shout"
local r, err = funcs.call("shuot")
return err:message(), err:details().nearest
