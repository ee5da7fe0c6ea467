-- expect: "inf", "inf", "inf 1e+15", "1e+15", 5, "inf\tx"
-- prints: inf	1e+15
print(1/0, 1e15)
return tostring(1/0), 1/0 .. "", table.concat({1/0, 1e15}, " "), string.format("%s", 1e15), #tostring(1e15), 1/0 .. "\t" .. "x"
