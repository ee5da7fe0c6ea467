-- error: Timeout: instructions
-- limits: instructions=100000
pcall(error, "x")
while true do end
