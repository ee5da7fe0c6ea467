-- expect: "caught"
local log
coroutine.spawn(function() if not pcall(error, "x") then log = "caught" end end)
return log
