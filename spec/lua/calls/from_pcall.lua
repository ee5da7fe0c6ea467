-- expect: true, 4
return pcall(function() return (funcs.call("spec:later", 4)) end)
