-- expect: "[[1],[1]]"
local t = {1}
return (json.encode{t, t})
