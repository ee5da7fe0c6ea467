-- expect: nil, "Internal", 2, 4, false
local r, err = yaml.decode("a: 1\nb: }\n")
return r, err:kind(), err:details().line, err:details().column, err:retryable()
