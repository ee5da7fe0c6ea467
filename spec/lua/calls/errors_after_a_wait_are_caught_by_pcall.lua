-- expect: false, {4}
return pcall(function() error({(funcs.call("spec:later", 4))}) end)
