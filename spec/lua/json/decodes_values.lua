-- expect: {a = {1, 2.5, "x", true}, b = {}}
return (json.decode([[ {"a": [1, 2.5, "x", true], "b": {}} ]]))
