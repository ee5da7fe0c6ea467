-- expect: 8.0, 2.0, 0.0
return math.pow(2, 3), math.log10(100), math.atan2(0, 1)
