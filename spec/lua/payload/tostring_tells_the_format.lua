-- expect: "payload{format=lua/any}", "payload{format=golang/error}"
return tostring(payload.new(1)), tostring(payload.new(errors.new("x")))
