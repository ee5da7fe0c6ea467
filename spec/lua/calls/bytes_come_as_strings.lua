-- expect: "\0\255\n"
return (funcs.call("spec:bytes"))
