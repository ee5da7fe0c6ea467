-- expect: {}, nil
return registry.find({["~meta.comment"] = "[(?=]{3}\\\\1"})
