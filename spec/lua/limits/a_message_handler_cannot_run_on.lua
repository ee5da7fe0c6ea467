-- error: Timeout: instructions
-- limits: instructions=100000
xpcall(error, function() while true do end end)
