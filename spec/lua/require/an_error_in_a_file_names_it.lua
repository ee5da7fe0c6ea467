-- error: Internal: raising.lua:2: file failed
require("raising")
