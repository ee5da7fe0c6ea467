-- error: Timeout: instructions
-- limits: instructions=100000
coroutine.spawn(function() while true do end end)
return 1
