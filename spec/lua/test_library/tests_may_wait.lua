-- prints: ok    waits
-- prints: 1 passed, 0 failed
local test = require("test")
test.it("waits", function() test.expect((funcs.call("spec:later", 3))):equals(3) end)
test.finish()
