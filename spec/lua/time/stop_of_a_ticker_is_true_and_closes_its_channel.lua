-- expect: true, nil, false, true
local ticker = time.ticker("1h")
local stopped = ticker:stop()
local value, ok = ticker:response():receive()
return stopped, value, ok, ticker:stop()
