-- error: Timeout: exceeded its limit of 60 ms
-- limits: executionMs=60
-- Far fewer instructions than the hook waits for.
for i = 1, 150 do local s = ("x"):rep(30000000) end
return "all made"
