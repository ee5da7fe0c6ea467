-- error: Timeout: instructions
-- limits: instructions=100000
table.sort({3, 2, 1}, function() while true do end end)
