-- expect: "{\"a\":[1,2,{\"b\":\"x\"}],\"z\":false}"
return (json.encode{z = false, a = {1, 2, {b = "x"}}})
