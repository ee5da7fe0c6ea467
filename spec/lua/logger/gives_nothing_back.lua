-- expect: 0, 0
return select("#", logger:info("x")), select("#", logger:error("x", {}))
