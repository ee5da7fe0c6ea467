time.sleep("100us") return "loaded"
