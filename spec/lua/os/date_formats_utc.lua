-- expect: "1970-01-02 03:04:05", "Fri", "002"
local t = 86400 + 3 * 3600 + 4 * 60 + 5
return os.date("!%Y-%m-%d %H:%M:%S", t), os.date("!%a", t), os.date("!%j", t)
