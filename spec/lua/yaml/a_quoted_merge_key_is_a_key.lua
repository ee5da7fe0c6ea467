-- expect: "x", "\"<<\": x\n"
return yaml.decode('"<<": x')["<<"], (yaml.encode{["<<"] = "x"})
