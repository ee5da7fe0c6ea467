-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected an error of kind Timeout, got  (x)
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(errors.new("Timeout", "slow")):is_error("Timeout", "slow") end)
test.it("does not hold", function() expect(errors.new("x")):is_error("Timeout") end)
test.finish()
