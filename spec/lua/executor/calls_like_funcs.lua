-- expect: 3, nil
return funcs.new():call("spec:add", 1, 2)
