-- expect: false, true
local ch = channel.new()
local ok, err = pcall(string.format, "%s", setmetatable({}, {__tostring = function() return (ch:receive()) end}))
return ok, tostring(err):find("channel:receive has to wait, which is impossible here", 1, true) ~= nil
