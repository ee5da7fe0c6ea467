-- expect: {}, nil
return ctx.all()
