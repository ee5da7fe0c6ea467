-- expect: {1, 2}, {a = 1}, {p = 7}
local json_payload = payload.new({a = 1}):transcode(payload.format.JSON)
return (funcs.call("spec:echo", payload.new({1, 2}))), (funcs.call("spec:echo", json_payload)),
  (funcs.call("lua:echo", {p = payload.new(7)}))
