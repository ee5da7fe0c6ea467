-- expect: "\"\\q\"\n"
return (yaml.decode("|\n\"\\q\"\n"))
