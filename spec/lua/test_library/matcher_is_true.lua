-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected true, got 1
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(true):is_true() end)
test.it("does not hold", function() expect(1):is_true() end)
test.finish()
