-- expect: "done"
funcs.async("spec:never")
return "done"
