-- expect: nil, 7, 7
local env = {y = 7}
local chunk = load("z = y return print, z", "chunk", "t", env)
local a, b = chunk()
return a, b, env.z
