-- expect: "nil", 7
local env = {y = 7}
local chunk = load("z = y return type(print), z", "chunk", "t", env)
return chunk()
