-- error: Timeout: instructions
-- limits: instructions=100000
coroutine.wrap(function() pcall(error, "x") while true do end end)()
