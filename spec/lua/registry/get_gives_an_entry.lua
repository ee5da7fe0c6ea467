-- expect: {id = "app:sum", kind = "function.wat", meta = {comment = "adds numbers", tags = {"math", "fast"}, weight = 2, ui = {icon = "plus"}}, data = {method = "sum", pool = {type = "inline"}}}, nil
return registry.get("app:sum")
