-- expect: "userdata", true
return type(require("logger")), require("logger") == logger
