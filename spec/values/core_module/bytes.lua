-- expect: "\0\1\2", ""
return (funcs.call("strings:bytes", 3)), (funcs.call("strings:bytes", 0))
