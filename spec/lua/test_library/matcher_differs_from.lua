-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected something else than {1}
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect({1}):differs_from({2}) end)
test.it("does not hold", function() expect({1}):differs_from({1}) end)
test.finish()
