-- error: Timeout: instructions
-- limits: instructions=100000
xpcall(function() while true do end end, function() while true do end end)
