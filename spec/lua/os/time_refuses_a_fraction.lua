-- error: Internal: field 'day' is not an integer
os.time{year = 2024, month = 1, day = 1.5}
