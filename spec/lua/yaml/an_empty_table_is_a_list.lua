-- expect: "[]\n", "a: []\n"
return (yaml.encode({})), (yaml.encode({a = {}}))
