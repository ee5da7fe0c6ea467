-- expect: "", "Zg==", "Zm8=", "Zm9v", "/+8="
return (base64.encode("")), (base64.encode("f")), (base64.encode("fo")), (base64.encode("foo")), (base64.encode("\255\239"))
