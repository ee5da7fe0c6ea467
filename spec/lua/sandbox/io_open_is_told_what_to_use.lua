-- error is: Internal: io_open_is_told_what_to_use.lua:4: attempt to index a nil value (global 'io')
-- error and:   there is no io here: module fs reads and writes the files of the filesystems in the registry; print writes lines
-- line: 4
local file = io.open("users.txt")
