-- expect: 3, 1, 2
return select("#", 1, 2, 3), unpack({1, 2})
