-- expect: {ns = "app", name = "sum"}, {ns = "", name = "sum"}, {ns = "a", name = "b:c"}, {ns = "a", name = ""}
return registry.parse_id("app:sum"), registry.parse_id("sum"), registry.parse_id("a:b:c"), registry.parse_id("a:")
