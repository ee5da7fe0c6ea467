-- error: Timeout: an_endless_loop_is_stopped.lua exceeded its limit of 100000 instructions
-- limits: instructions=100000
while true do end
