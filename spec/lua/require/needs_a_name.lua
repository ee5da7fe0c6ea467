-- error: Internal: bad argument #1 to 'require' (string expected, got no value)
require()
