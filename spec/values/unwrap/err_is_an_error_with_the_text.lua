-- expect: nil, "", "echo:result_err: why"
local calls = funcs.new():with_options({unwrap = true})
local value, err = calls:call("echo:result_err", {err = "why"})
return value, err:kind(), err:message()
