-- expect: 5, nil
local calls = funcs.new():with_options({unwrap = true})
return calls:call("echo:result_ok", {ok = 5})
