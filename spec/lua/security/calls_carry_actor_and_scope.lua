-- expect: {id = "alice", team = "core", same = false, policies = {}, can = false, says = "undefined"}
return (funcs.call("spec:as_alice", "lua:who"))
