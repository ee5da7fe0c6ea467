-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       a[2]: expected 2, got nil
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect({a = {1}}):equals({a = {1}}) end)
test.it("does not hold", function() expect({a = {1}}):equals({a = {1, 2}}) end)
test.finish()
