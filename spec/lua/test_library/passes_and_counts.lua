-- expect: 2
-- prints: ok    numbers > add up
-- prints: ok    numbers > are near
-- prints: 2 passed, 0 failed
local test = require("test")
test.describe("numbers", function()
  test.it("add up", function() test.expect(1 + 1):equals(2) end)
  test.it("are near", function() test.expect(0.1 + 0.2):is_near(0.3) end)
end)
return test.finish()
