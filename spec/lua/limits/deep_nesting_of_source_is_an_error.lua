-- expect: nil, true
local chunk, err = load("return " .. ("("):rep(10000) .. "1" .. (")"):rep(10000))
return chunk, err ~= nil
