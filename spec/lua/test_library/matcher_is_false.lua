-- error: Invalid: 1 of 2 tests failed
-- prints: ok    holds
-- prints: FAIL  does not hold
-- prints:       expected false, got nil
-- prints: 1 passed, 1 failed
local test = require("test")
local expect = test.expect
test.it("holds", function() expect(false):is_false() end)
test.it("does not hold", function() expect(nil):is_false() end)
test.finish()
