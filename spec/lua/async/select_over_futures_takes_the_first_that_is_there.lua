-- expect: "quick"
local slow, quick = funcs.async("spec:never"), funcs.async("spec:later", "quick")
local result = channel.select{slow:response():case_receive(), quick:response():case_receive()}
return result.value:data()
