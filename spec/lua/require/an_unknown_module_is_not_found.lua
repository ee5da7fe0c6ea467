-- error: Internal: module 'nope' not found: it is not a module, an import or a file nope.lua beside the script
require('nope')
