require("time").sleep("1ms")
if late_failure then error("too late") end
return "loaded"
