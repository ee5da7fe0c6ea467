-- expect: false, "coroutine"
coroutine.spawn(function() require("waiting") end)
require("time").sleep(0)
local ok, message = pcall(require, "waiting")
return ok, tostring(message):match("its code waits, or runs, in another (%a+)")
