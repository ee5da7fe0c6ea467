-- expect: 32, true, true
local turns = 0
coroutine.spawn(function() while true do time.sleep("1ms") turns = turns + 1 end end)
local long = crypto.pbkdf2("password", "salt", 200000, 32)
-- What cannot wait gets the same.
local shown = tostring(setmetatable({}, {__tostring = function() return (crypto.pbkdf2("password", "salt", 200000, 32)) end}))
return #long, turns > 0, long == shown
