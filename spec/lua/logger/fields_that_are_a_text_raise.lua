-- error: Internal: (table expected, got string)
logger:warn("m", "x")
