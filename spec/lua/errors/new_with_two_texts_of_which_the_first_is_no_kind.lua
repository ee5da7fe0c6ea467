-- expect: "", "hello"
local e = errors.new("hello", "world")
return e:kind(), e:message()
