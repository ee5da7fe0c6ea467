-- expect: nil
return (funcs.call("spec:as_alice", "lua:who_is_called"))
