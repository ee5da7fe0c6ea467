-- error: Invalid: 2 of 2 tests failed
-- prints: FAIL  raises
-- prints:       errors_inside_a_test_are_failures.lua:8: boom
-- prints: FAIL  raises an object
-- prints:       NotFound: gone
-- prints: 0 passed, 2 failed
local test = require("test")
test.it("raises", function() error("boom") end)
test.it("raises an object", function() error(errors.new("NotFound", "gone")) end)
test.finish()
