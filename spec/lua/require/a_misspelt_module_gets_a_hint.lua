-- error: Internal: did you mean 'json'?
require('jsn')
