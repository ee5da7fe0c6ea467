-- expect: 4, 2
return (funcs.call("echo:code_units", "😀")), (funcs.call("utf16:code_units", "😀"))
