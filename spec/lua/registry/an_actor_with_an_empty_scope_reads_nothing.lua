-- expect: {kind = "PermissionDenied", message = "not allowed: app:sum", found = 0, entries = 0, inside = 0}
return (funcs.call("spec:as_alice", "lua:reads_registry"))
