-- expect: "text: |\n  one\n  two\n"
return (yaml.encode{text = "one\ntwo\n"})
