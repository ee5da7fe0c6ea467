-- expect: "k", "v"
local ch = channel.new()
coroutine.spawn(function() ch:send("v") end)
local t = setmetatable({}, {__pairs = function()
  local value = channel.select{ch:case_receive()}.value
  return next, {k = value}, nil
end})
for k, v in pairs(t) do return k, v end
