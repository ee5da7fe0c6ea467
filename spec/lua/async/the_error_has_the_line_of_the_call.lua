-- expect: "the_error_has_the_line_of_the_call.lua:2:"
local future = funcs.async("spec:fail_later")
local err = future:response():receive()
return err:stack():match("^[^:]+:%d+:")
