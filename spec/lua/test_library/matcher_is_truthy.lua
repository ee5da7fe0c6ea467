-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected a value, got false
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(0):is_truthy() end)
test.it("does not hold", function() expect(false):is_truthy() end)
test.finish()
