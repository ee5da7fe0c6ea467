/* A reactor on libc: `_initialize` runs constructors, then its functions are called in any order. Their signatures are plain. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXPORT(name) __attribute__((export_name(name)))

static int count = 0;
static int held = -1;

__attribute__((constructor)) static void start(void) { count = 100; }

/* 101 in a new instance, unless `_initialize` was not called. */
EXPORT("count") int next_count(void) { return ++count; }

/* Prints that many numbered lines to stdout, and answers how many bytes that were. */
EXPORT("say") int say(int lines) {
  int written = 0;
  for (int i = 1; i <= lines; i++) written += printf("line %d\n", i);
  fflush(stdout);
  return written;
}

/* Sleeps so many milliseconds. */
EXPORT("nap") int nap(int ms) { return usleep(ms * 1000); }

EXPORT("now-ms") long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* The length of the variable NAME's value, -1 where it is not set. */
EXPORT("name-length") int name_length(void) {
  const char *value = getenv("NAME");
  return value ? (int)strlen(value) : -1;
}

/* The bytes of the file /data/a.txt, -1 where it cannot be read. */
EXPORT("file-size") int file_size(void) {
  FILE *from = fopen("/data/a.txt", "rb");
  if (!from) return -1;
  int bytes = 0;
  while (fgetc(from) != EOF) bytes++;
  fclose(from);
  return bytes;
}

/* Opens that file at its first call and keeps it open; its next byte, or the error number, negative. */
EXPORT("hold") int hold(void) {
  unsigned char byte;
  if (held < 0) held = open("/data/a.txt", O_RDONLY);
  return read(held, &byte, 1) == 1 ? byte : -errno;
}

EXPORT("leave") void leave(int code) { exit(code); }
