-- expect: 2, 7, nil
local value, err = funcs.call("echo:u8", 7)
return select("#", funcs.call("echo:u8", 7)), value, err
