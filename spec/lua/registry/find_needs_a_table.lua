-- error: Internal: bad argument #1 to 'find' (table expected, got string)
registry.find("app:sum")
