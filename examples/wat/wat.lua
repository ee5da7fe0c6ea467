-- WebAssembly text as functions: inline, in a file, with and without WIT.
print("wat:answer()         ", (funcs.call("wat:answer")))
print("wat:shout('ahoy, Zoë')", (funcs.call("wat:shout", "ahoy, Zoë")))
print("wat:hypot(3, 4)      ", (funcs.call("wat:hypot", 3, 4)))

-- What does not fit is an error that says where and why.
local _, err = funcs.call("wat:shout", 42)
print(err:kind() .. ": " .. err:message())
