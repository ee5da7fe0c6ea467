-- expect: 0
return select("#", time.sleep("1ms"))
