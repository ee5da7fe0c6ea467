-- expect: nil, nil
local calls = funcs.new():with_options({unwrap = true})
return calls:call("echo:result_option", {})
