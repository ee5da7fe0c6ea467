-- error: Unavailable: bytes of strings
-- limits: stringBytes=1000000
while true do pcall(function() local s = "x" while true do s = s .. s end end) end
