return {inner = require("folder.inner")}
