-- expect: nil, "timeout: expected milliseconds above 0, or a duration such as \"1.5s\": did you mean \"5s\"?"
local calls, err = funcs.new():with_options{timeout = "5 sec"}
return calls, err:message()
