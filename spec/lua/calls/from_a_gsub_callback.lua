-- expect: "<a>-<b>", 3
return ("a-b"):gsub("[ab-]", function(c) if c ~= "-" then return "<" .. funcs.call("spec:later", c) .. ">" end end)
