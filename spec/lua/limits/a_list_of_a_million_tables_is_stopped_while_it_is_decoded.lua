-- error: Timeout: exceeded its limit of 60 ms
-- limits: executionMs=60
return #json.decode("[" .. ("[],"):rep(1000000) .. "1]")
