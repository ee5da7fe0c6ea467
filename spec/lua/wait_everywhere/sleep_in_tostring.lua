-- expect: "after 1", false, "'__tostring' must return a string", "y", "after 2"
local made = 0
local slow = setmetatable({}, {__tostring = function()
  time.sleep("1ms")
  made = made + 1
  return "after " .. made
end})
local first = tostring(slow)
local ok, err = pcall(tostring, setmetatable({}, {__tostring = function() time.sleep("1ms") end}))
local yields = coroutine.wrap(function() return tostring(setmetatable({}, {__tostring = function()
  coroutine.yield("y")
  return tostring(slow)
end})) end)
return first, ok, err, yields(), yields()
