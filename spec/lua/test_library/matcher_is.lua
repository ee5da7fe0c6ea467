-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected {} itself, got {}
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(1):is(1) end)
test.it("does not hold", function() expect({}):is({}) end)
test.finish()
