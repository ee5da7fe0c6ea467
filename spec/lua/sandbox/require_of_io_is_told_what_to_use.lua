-- error is: Internal: require_of_io_is_told_what_to_use.lua:2: module 'io' not found: there is no io here: module fs reads and writes the files of the filesystems in the registry; print writes lines
return require("io").open("users.txt")
