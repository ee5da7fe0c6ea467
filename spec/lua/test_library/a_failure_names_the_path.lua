-- error: Invalid: 1 of 1 tests failed: users are equal
-- prints: FAIL  users are equal
-- prints:       [2].tags[1]: expected "dev", got nil
-- prints: 0 passed, 1 failed
local test = require("test")
test.it("users are equal", function()
  test.expect({{tags = {}}, {tags = {}}}):equals({{tags = {}}, {tags = {"dev"}}})
end)
test.finish()
