-- expect: "string is protected"
return getmetatable("")
