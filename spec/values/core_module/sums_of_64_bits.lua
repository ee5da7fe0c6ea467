-- expect: "9223372036854775807", {3.0, 0.0}
return tostring((funcs.call("strings:sum", {int64.parse("9223372036854775806"), 1}))), (funcs.call("strings:scale", {1.5, 0}, 2))
