/*
 * LD_PRELOAD: the NTH_N-th write, fsync, rename or truncation below the folder NTH_DIR, counted over all processes, fails once
 * with errno NTH_ERRNO. The count is kept in the file NTH_STATE (two 32-bit numbers: calls so far, failures).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static uint32_t *state;
static const char *folder;
static uint32_t nth;
static int failure;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("NTH_STATE"), *n = getenv("NTH_N"), *e = getenv("NTH_ERRNO");
  folder = getenv("NTH_DIR");
  if (!path || !n || !e || !folder) return;
  int fd = open(path, O_RDWR);
  if (fd < 0) return;
  void *map = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map == MAP_FAILED) return;
  nth = (uint32_t)atoi(n);
  failure = atoi(e);
  state = map;
}

static int inside(const char *path) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int fails(void) {
  if (__atomic_add_fetch(&state[0], 1, __ATOMIC_SEQ_CST) != nth) return 0;
  __atomic_add_fetch(&state[1], 1, __ATOMIC_SEQ_CST);
  errno = failure;
  return 1;
}

static int fails_fd(int fd) {
  char link[64], path[PATH_MAX];
  if (!state) return 0;
  int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = saved;
  if (length <= 0) return 0;
  path[length] = 0;
  return inside(path) && fails();
}

static int fails_path(const char *path) {
  return state && inside(path) && fails();
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write);
  return fails_fd(fd) ? -1 : real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(pwrite);
  return fails_fd(fd) ? -1 : real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(pwrite64);
  return fails_fd(fd) ? -1 : real(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  return fails_fd(fd) ? -1 : real(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  REAL(pwritev);
  return fails_fd(fd) ? -1 : real(fd, parts, count, at);
}
int fsync(int fd) {
  REAL(fsync);
  return fails_fd(fd) ? -1 : real(fd);
}
int fdatasync(int fd) {
  REAL(fdatasync);
  return fails_fd(fd) ? -1 : real(fd);
}
int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  return fails_fd(fd) ? -1 : real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  return fails_fd(fd) ? -1 : real(fd, size);
}
int rename(const char *from, const char *to) {
  REAL(rename);
  return fails_path(to) ? -1 : real(from, to);
}
