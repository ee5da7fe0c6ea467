-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected something with "x", got "abc"
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect({1, {2}}):contains({2}) end)
test.it("does not hold", function() expect("abc"):contains("x") end)
test.finish()
