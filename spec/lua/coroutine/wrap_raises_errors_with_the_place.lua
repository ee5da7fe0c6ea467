-- expect: false, true
local ok, err = pcall(coroutine.wrap(function() error("boom") end))
return ok, err:find("wrap_raises_errors_with_the_place.lua:2: boom", 1, true) ~= nil
