-- expect: false, "loaded"
late_failure = true
local failing = coroutine.create(require)
local first
repeat first = coroutine.resume(failing, "raising_late") until coroutine.status(failing) == "dead"
late_failure = false
return first, require("raising_late")
