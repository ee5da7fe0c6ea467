-- expect: true
local between = time.now():unix() - os.time()
return between == 0 or between == -1 or between == 1
