-- expect: "inf -inf nan 1e+15 1e+14 99999999999999.0 9.007199254741e+15 1e+100 -0.0 1e-05 0.0001 3.1415926535898 2147483648.0 -4.1666666666667e-07 1e+300"
local texts = {}
for i, v in ipairs{math.huge, -math.huge, 0/0, 1e15, 1e14, 99999999999999.0, 2^53, 1e100, -0.0, 1e-5, 1e-4, math.pi, 2^31, -1.5 / 3600000, 1e300} do
  texts[i] = tostring(v)
end
return table.concat(texts, " ")
