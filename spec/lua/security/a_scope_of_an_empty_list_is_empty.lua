-- expect: {}
return security.new_scope({}):policies()
