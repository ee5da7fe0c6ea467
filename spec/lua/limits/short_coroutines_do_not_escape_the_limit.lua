-- error: Timeout: instructions
-- limits: instructions=1000000
local function busy() for _ = 1, 100 do end end
while true do coroutine.wrap(busy)() end
