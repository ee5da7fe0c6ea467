-- expect: "a\n\"é😀/"
return (json.decode([["a\n\"\u00e9\ud83d\ude00\/"]]))
