-- expect: nil, "Internal", "yaml.decode: line 2, column 5: invalid escape sequence \\q", "A\t/é😀"
local r, err = yaml.decode("a: 1\nb: \"\\q\"")
return r, err:kind(), err:message(), (yaml.decode([["\x41\t\/\u00e9\U0001F600"]]))
