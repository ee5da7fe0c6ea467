-- expect: 1, nil
return funcs.call("lua:second_other")
