-- expect: false, false, 0
return (pcall(table.insert, table, 1)), (pcall(table.move, {1, 2}, 1, 2, 1, string)), #string
