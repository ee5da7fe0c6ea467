-- expect: "7", "7", "7", false
return tostring(int64.new(7)), tostring(int64.new(7.0)), tostring(int64.new("7")), (pcall(int64.new, "x"))
