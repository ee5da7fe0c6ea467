-- expect: 2166136261.0, 84696446, 837857890, nil
local empty = hash.fnv32("")
local a = hash.fnv32("a")
return empty, 84696446, (hash.fnv32("foobar")), select(2, hash.fnv32("x"))
