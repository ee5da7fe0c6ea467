-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected an error with "x", but nothing was raised
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(function() error("x") end):raises("x") end)
test.it("does not hold", function() expect(function() end):raises("x") end)
test.finish()
