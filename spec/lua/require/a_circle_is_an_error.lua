-- error: Internal: module 'circle_a' is still being loaded
require('circle_a')
