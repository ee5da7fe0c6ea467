-- expect: false, "ok", "loaded"
late_failure = true
local first = pcall(require, "raising_late")
-- Another frame stands where the failed one stood.
late_failure = false
local words = { "b", "ok" }
local second
table.sort(words, function(a, b)
  second = second or select(2, pcall(require, "silent")) and words[2]
  return a < b
end)
return first, second, require("raising_late")
