-- error: Internal: invalid conversion specifier in '%Q'
os.date('%Q')
