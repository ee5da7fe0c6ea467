-- expect: true, true, "float"
return hash.fnv64("") == 14695981039346656037.0, hash.fnv64("foobar") == 3750802935296928226.0, math.type(hash.fnv64("a"))
