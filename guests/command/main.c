/* A program, by its first argument:
 *
 *   (none), cat        stdin to stdout          cat FILE        the file to stdout
 *   args               every argument, a line   env             every variable, a line
 *   echo TEXT          TEXT to stdout           complain TEXT   TEXT to stderr
 *   exit N             ends with status N       abort           by a trap
 *   write FILE TEXT    makes the file           list FOLDER     its names, a line each, sorted
 *   move FROM TO, remove FILE, mkdir FOLDER     the same as their names
 *   stat FILE          size and kind            sleep MS        how many milliseconds that took
 *   time               seconds since 1970       random N        N random bytes, in hexadecimal
 *
 * What fails says why on stderr and ends with status 1. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

static int cat(FILE *from) {
  char part[4096];
  size_t count;
  while ((count = fread(part, 1, sizeof part, from)) > 0)
    if (fwrite(part, 1, count, stdout) != count) return fail("stdout");
  return ferror(from) ? fail("read") : 0;
}

static int cat_file(const char *path) {
  FILE *from = fopen(path, "rb");
  if (!from) return fail(path);
  int status = cat(from);
  fclose(from);
  return status;
}

static int write_file(const char *path, const char *text) {
  FILE *to = fopen(path, "wb");
  if (!to) return fail(path);
  int status = fputs(text, to) < 0 ? fail(path) : 0;
  return fclose(to) != 0 ? fail(path) : status;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int list(const char *path) {
  DIR *folder = opendir(path);
  if (!folder) return fail(path);
  char **names = NULL;
  size_t count = 0;
  struct dirent *entry;
  while ((entry = readdir(folder))) {
    names = realloc(names, (count + 1) * sizeof *names);
    if (!names || !(names[count++] = strdup(entry->d_name))) abort();
  }
  closedir(folder);
  qsort(names, count, sizeof *names, by_text);
  for (size_t i = 0; i < count; i++) puts(names[i]);
  return 0;
}

static int show_stat(const char *path) {
  struct stat found;
  if (stat(path, &found) != 0) return fail(path);
  printf("%lld %s\n", (long long)found.st_size, S_ISDIR(found.st_mode) ? "folder" : S_ISREG(found.st_mode) ? "file" : "other");
  return 0;
}

static int sleep_ms(long ms) {
  struct timespec wanted = {ms / 1000, ms % 1000 * 1000000}, start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (nanosleep(&wanted, NULL) != 0) return fail("sleep");
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%lld\n", (long long)(end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
  return 0;
}

static int random_bytes(size_t count) {
  unsigned char bytes[256];
  if (count > sizeof bytes) count = sizeof bytes;
  if (getentropy(bytes, count) != 0) return fail("random");
  for (size_t i = 0; i < count; i++) printf("%02x", bytes[i]);
  puts("");
  return 0;
}

int main(int count, char **args) {
  const char *op = count > 1 ? args[1] : "cat", *a = count > 2 ? args[2] : "", *b = count > 3 ? args[3] : "";
  if (!strcmp(op, "cat")) return count > 2 ? cat_file(a) : cat(stdin);
  if (!strcmp(op, "args")) {
    for (int i = 0; i < count; i++) puts(args[i]);
  } else if (!strcmp(op, "env")) {
    for (char **each = environ; each && *each; each++) puts(*each);
  } else if (!strcmp(op, "echo")) puts(a);
  else if (!strcmp(op, "complain")) fprintf(stderr, "%s\n", a);
  else if (!strcmp(op, "exit")) return atoi(a);
  else if (!strcmp(op, "abort")) abort();
  else if (!strcmp(op, "write")) return write_file(a, b);
  else if (!strcmp(op, "list")) return list(a);
  else if (!strcmp(op, "move")) return rename(a, b) != 0 ? fail(a) : 0;
  else if (!strcmp(op, "remove")) return unlink(a) != 0 ? fail(a) : 0;
  else if (!strcmp(op, "mkdir")) return mkdir(a, 0777) != 0 ? fail(a) : 0;
  else if (!strcmp(op, "stat")) return show_stat(a);
  else if (!strcmp(op, "sleep")) return sleep_ms(atol(a));
  else if (!strcmp(op, "time")) printf("%lld\n", (long long)time(NULL));
  else if (!strcmp(op, "random")) return random_bytes(strtoul(a, NULL, 10));
  else {
    fprintf(stderr, "%s: there is no such thing to do\n", op);
    return 2;
  }
  return 0;
}
