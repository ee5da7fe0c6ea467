-- expect: "call_stack_has_frames.lua", {level = 1, source = "call_stack_has_frames.lua", line = 2, name = "make", type = "local"}, 3
local function make() local e = errors.new("m") return e end
local e = make()
local stack = errors.call_stack(e)
return stack.thread, stack.frames[1], stack.frames[2].line
