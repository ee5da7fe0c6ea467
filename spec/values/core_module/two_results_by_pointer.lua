-- expect: {-5, 9}, nil
return (funcs.call("strings:min_max", {3, -5, 9})), (funcs.call("strings:min_max", {}))
