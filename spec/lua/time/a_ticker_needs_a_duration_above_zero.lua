-- expect: nil, "Invalid", "time.ticker: duration must be > 0"
local ticker, err = time.ticker(-1)
return ticker, err:kind(), err:message()
