-- expect: "al", "al", nil
local executor = funcs.new():with_actor(security.new_actor("al"))
return (executor:call("spec:actor")), (executor:call("lua:inner_actor")), (funcs.call("spec:actor"))
