local x = 1
error("file failed")
