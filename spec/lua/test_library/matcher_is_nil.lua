-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected nil, got 1
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(nil):is_nil() end)
test.it("does not hold", function() expect(1):is_nil() end)
test.finish()
