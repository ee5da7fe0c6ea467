-- expect: true, false
return (funcs.new():with_scope(security.new_scope()):call("spec:has_scope")), (funcs.call("spec:has_scope"))
