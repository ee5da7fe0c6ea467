-- expect: {a = 1, b = 2, c = 3}
local ch, got = channel.new(), {}
for _, name in ipairs{"a", "b", "c"} do coroutine.spawn(function() got[name] = ch:receive() end) end
ch:send(1) ch:send(2) ch:send(3)
funcs.call("spec:later")
return got
