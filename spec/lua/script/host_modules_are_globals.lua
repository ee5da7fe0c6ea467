-- expect: "table", "table", "table"
return type(funcs), type(json), type(int64)
