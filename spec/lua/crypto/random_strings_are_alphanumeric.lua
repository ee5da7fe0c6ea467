-- expect: 200, true, nil
local s, err = crypto.random.string(200)
return #s, s:find("^%w+$") == 1, err
