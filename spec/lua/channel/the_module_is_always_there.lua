-- expect: "table", true
return type(channel), require("channel") == channel
