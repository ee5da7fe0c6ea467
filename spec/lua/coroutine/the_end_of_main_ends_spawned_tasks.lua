-- prints: main
coroutine.spawn(function() funcs.call("spec:later") print("never") end)
print("main")
