-- error: Timeout: instructions
-- limits: instructions=100000
while true do coroutine.resume(coroutine.create(function() while true do end end)) end
