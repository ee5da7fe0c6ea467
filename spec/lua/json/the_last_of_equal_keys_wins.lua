-- expect: {a = 2}
return (json.decode([[{"a": 1, "a": 2}]]))
