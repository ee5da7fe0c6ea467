-- error: Timeout: instructions
-- limits: instructions=100000
;("abc"):gsub(".", function() while true do end end)
