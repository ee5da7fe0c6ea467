-- expect: 5, {{ok = 1}}
local calls = funcs.new():with_options({unwrap = true})
return (calls:call("echo:u8", 5)), (calls:call("echo:list_result", {{ok = 1}}))
