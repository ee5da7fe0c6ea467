-- expect: {2, 2}
local test = require("test")
local runs, seen = 0, {}
test.describe("group", function()
  test.before_each(function() runs = runs + 1 end)
  test.it("one", function() end)
  test.it("two", function() seen[1] = runs end)
end)
test.it("outside", function() seen[2] = runs end)
return seen
