-- expect: true, "pid_and_id.lua"
return process.pid():find("^{local|%d+}$") == 1, process.id()
