-- error: Internal: module '../functions' not found
require('../functions')
