-- expect: "HELLO", {"a", "b"}, ""
return (funcs.call("strings:upper", "hello")), (funcs.call("strings:words", "a b")), (funcs.call("strings:upper", ""))
