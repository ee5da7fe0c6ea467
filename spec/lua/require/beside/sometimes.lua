if fail then error("not yet") end
return "ok"
