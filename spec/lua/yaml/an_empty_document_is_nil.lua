-- expect: nil, nil
return yaml.decode("# nothing\n")
