-- error: Internal: a_raised_text_has_the_line.lua:3: boom
local function f()
  error("boom")
end
f()
