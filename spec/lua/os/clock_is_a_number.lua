-- expect: "number", true
return type(os.clock()), os.clock() >= 0
