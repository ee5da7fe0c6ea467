-- expect: "a_caught_error_keeps_its_text.lua:2: attempt to call a nil value (field 'exit')"
return (select(2, pcall(function() os.exit() end)))
