-- expect: "text", "waited"
local log
local t = setmetatable({}, {__tostring = function()
  coroutine.spawn(function() funcs.call("spec:later") log = "waited" end)
  return "text"
end})
local text = tostring(t)
funcs.call("spec:later")
funcs.call("spec:later")
return text, log
