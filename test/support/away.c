/*
 * LD_PRELOAD: while the file AWAY_STATE holds an error number (a 32-bit number, not 0), whatever looks at, opens, reads, writes,
 * flushes or renames a file below the folder AWAY_DIR fails with it, as on a network file system whose server is away. The file
 * AWAY_LOG gets a line, operation and path, for each call that failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile uint32_t *state;
static const char *folder;
static int calls = -1;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("AWAY_STATE"), *log = getenv("AWAY_LOG");
  folder = getenv("AWAY_DIR");
  if (!path || !log || !folder) return;
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *map = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (map == MAP_FAILED) return;
  calls = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC);
  state = map;
}

static int fails(const char *operation, const char *path) {
  if (!state || !*state) return 0;
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0) return 0;
  char line[PATH_MAX + 64];
  int size = snprintf(line, sizeof line, "%s %s\n", operation, path);
  syscall(SYS_write, calls, line, size);
  errno = (int)*state;
  return 1;
}

#include "failing-calls.h"

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    return fails("open", path) ? -1 : real(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)

ssize_t read(int fd, void *data, size_t size) {
  REAL(read);
  return fails_fd(__func__, fd) ? -1 : real(fd, data, size);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
  REAL(pread64);
  return fails_fd(__func__, fd) ? -1 : real(fd, data, size, at);
}
/* statx, as Node calls it: the path is its second argument. */
long syscall(long number, ...) {
  REAL(syscall);
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_statx && a[1] && fails("stat", (const char *)a[1])) return -1;
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
