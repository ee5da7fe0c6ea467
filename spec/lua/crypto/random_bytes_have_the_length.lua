-- expect: 1, 1048576, true, nil
local one, err = crypto.random.bytes(1)
return #one, #crypto.random.bytes(1048576), crypto.random.bytes(16) ~= crypto.random.bytes(16), err
