-- error is: Internal: loadfile_is_told_what_to_use.lua:3: attempt to call a nil value (global 'loadfile')
-- error and:   there is no loadfile here: require("name") loads a file beside the script; a function names a library.lua in its imports
loadfile("other.lua")
