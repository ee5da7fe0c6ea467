-- expect: nil, nil
local _, e1 = base64.encode("x")
local _, e2 = base64.decode("eA==")
return e1, e2
