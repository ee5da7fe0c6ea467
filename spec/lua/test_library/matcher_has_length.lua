-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected length 3, got 2: {1, 2}
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect({1, 2}):has_length(2) end)
test.it("does not hold", function() expect({1, 2}):has_length(3) end)
test.finish()
