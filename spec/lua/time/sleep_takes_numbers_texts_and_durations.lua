-- expect: 0, 0, 0
local duration = time.parse_duration("100us")
return select("#", time.sleep(100000)), select("#", time.sleep("0.1ms")), select("#", time.sleep(duration))
