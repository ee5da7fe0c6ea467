-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected 2 within 0.5, got 1
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(1):is_near(1.05, 0.1) end)
test.it("does not hold", function() expect(1):is_near(2, 0.5) end)
test.finish()
