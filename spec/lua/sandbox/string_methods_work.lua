-- expect: "ABC", 3
local s = "abc"
return s:upper(), s:len()
