-- error is: Internal: os_getenv_is_told_what_to_use.lua:3: attempt to call a nil value (field 'getenv')
-- error and:   there is no os.getenv here: env.get("NAME") of module env, for variables that the registry declares
local home = print(os.getenv("HOME"), os.time())
