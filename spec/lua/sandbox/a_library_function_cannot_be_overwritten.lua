-- error: Internal: attempt to change 'string'
string.format = print
