-- expect: nil, nil
return funcs.call("lua:nothing")
