-- expect: "inner"
return require("folder.outer").inner
