-- expect: "the_error_of_a_call_that_waited_has_the_line.lua:2: in main chunk"
local r, err = funcs.call("spec:fail_later")
return err:stack()
