-- expect: "spec:fail FAILED", 16, "spec:fail failed!"
local _, err = funcs.call("spec:fail")
return (string.gsub(err, "failed", "FAILED")), string.len(err), string.format("%s!", err)
