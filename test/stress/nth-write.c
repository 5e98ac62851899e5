/*
 * LD_PRELOAD: the NTH_N-th write, fsync, rename or truncation below the folder NTH_DIR, counted over all processes, fails once
 * with errno NTH_ERRNO. The count is kept in the file NTH_STATE (a 32-bit number), and the file NTH_LOG gets a line, operation and
 * path, for the call that failed; for every call if NTH_N is 0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t *state;
static const char *folder;
static uint32_t nth;
static int failure;
static int calls = -1;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("NTH_STATE"), *n = getenv("NTH_N"), *e = getenv("NTH_ERRNO");
  const char *log = getenv("NTH_LOG");
  folder = getenv("NTH_DIR");
  if (!path || !n || !e || !log || !folder) return;
  int fd = open(path, O_RDWR);
  if (fd < 0) return;
  void *map = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map == MAP_FAILED) return;
  nth = (uint32_t)atoi(n);
  failure = atoi(e);
  calls = open(log, O_WRONLY | O_APPEND | O_CLOEXEC);
  state = map;
}

static int inside(const char *path) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* The call itself, as our own write would count it. */
static void tell(const char *operation, const char *path) {
  char line[PATH_MAX + 64];
  int saved = errno, length = snprintf(line, sizeof line, "%s %s\n", operation, path);
  syscall(SYS_write, calls, line, length);
  errno = saved;
}

static int fails(const char *operation, const char *path) {
  if (!state || !inside(path)) return 0;
  uint32_t call = __atomic_add_fetch(state, 1, __ATOMIC_SEQ_CST);
  if (nth == 0 || call == nth) tell(operation, path);
  if (call != nth) return 0;
  errno = failure;
  return 1;
}

#include "../support/failing-calls.h"
