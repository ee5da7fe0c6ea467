-- expect: "sum"
registry.get("app:sum").data.method = "other"
return registry.get("app:sum").data.method
