-- error: Invalid: broken.lua:2:
require("broken")
