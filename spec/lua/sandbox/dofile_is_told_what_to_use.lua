-- error is: Internal: dofile_is_told_what_to_use.lua:3: attempt to call a nil value (global 'dofile')
-- error and:   there is no dofile here: require("name") loads a file beside the script; a function names a library.lua in its imports
dofile("other.lua")
