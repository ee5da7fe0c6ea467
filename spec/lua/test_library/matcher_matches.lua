-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected text like "^b", got "abc"
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect("abc"):matches("^a") end)
test.it("does not hold", function() expect("abc"):matches("^b") end)
test.finish()
