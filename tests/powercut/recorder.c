/* Writes down what a process does to the files of one folder, in order, so that a power cut can be played at any point.
 *
 * Loaded with LD_PRELOAD. NABOLAN_RECORD_FOLDER is the folder, NABOLAN_RECORD_TO the file the record is appended to.
 * One record: op, length of the name (2 bytes), length of the data (4), offset (8), name within the folder, data.
 *   c created · w written · t cut or grown to a length · s synced · u removed · r renamed (data: new name) · m mark
 * A call is written down after it succeeded. What is not caught here is noticed: replay compares with the real files.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open
#undef open64
#undef openat
#undef openat64
#undef pwrite64
#undef ftruncate64

enum { MOST_FILES = 1024, LONGEST_NAME = 256 };

static char names[MOST_FILES][LONGEST_NAME]; /* by descriptor; empty: not in our folder */
static const char *folder;
static size_t folder_length;
static int record_fd = -1;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

__attribute__((constructor)) static void begin(void) {
  const char *to = getenv("NABOLAN_RECORD_TO");
  folder = getenv("NABOLAN_RECORD_FOLDER");
  if (!to || !folder) return;
  folder_length = strlen(folder);
  record_fd = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (record_fd < 0) abort();
}

static void note(char op, const char *name, uint64_t offset, const void *data, size_t length) {
  char head[15];
  uint16_t name_length = strlen(name);
  uint32_t data_length = length;
  head[0] = op;
  memcpy(head + 1, &name_length, 2);
  memcpy(head + 3, &data_length, 4);
  memcpy(head + 7, &offset, 8);
  struct iovec parts[] = {{head, sizeof head}, {(void *)name, name_length}, {(void *)data, length}};
  pthread_mutex_lock(&one_at_a_time);
  if (syscall(SYS_writev, record_fd, parts, 3) != (long)(sizeof head + name_length + length)) abort();
  pthread_mutex_unlock(&one_at_a_time);
}

/* The part of `path` within our folder, or NULL. */
static const char *within(const char *path) {
  if (record_fd < 0 || strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return NULL;
  const char *name = path + folder_length + 1;
  return strlen(name) < LONGEST_NAME ? name : NULL;
}

static const char *name_of(int fd) {
  return fd >= 0 && fd < MOST_FILES && names[fd][0] ? names[fd] : NULL;
}

/* What the program says itself: "confirmed". */
void nabolan_mark(const char *text, size_t length) {
  if (record_fd >= 0) note('m', "", 0, text, length);
}

static int opened(int fd, const char *path, int flags, int is_new) {
  const char *name = within(path);
  struct stat about;
  if (fd < 0 || fd >= MOST_FILES) return fd;
  names[fd][0] = 0;
  if (!name || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return fd;
  strcpy(names[fd], name);
  if (is_new) note('c', name, 0, "", 0);
  else if (flags & O_TRUNC) note('t', name, 0, "", 0);
  return fd;
}

static int absent(const char *path, int flags) {
  return (flags & O_CREAT) && within(path) && access(path, F_OK) != 0;
}

#define MODE(flags)                                                                                                    \
  mode_t mode = 0;                                                                                                     \
  if ((flags) & O_CREAT) {                                                                                             \
    va_list rest;                                                                                                      \
    va_start(rest, flags);                                                                                             \
    mode = va_arg(rest, int);                                                                                          \
    va_end(rest);                                                                                                      \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  int is_new = absent(path, flags);
  return opened(REAL(open)(path, flags, mode), path, flags, is_new);
}

int open64(const char *path, int flags, ...) {
  MODE(flags)
  int is_new = absent(path, flags);
  return opened(REAL(open64)(path, flags, mode), path, flags, is_new);
}

int openat(int at, const char *path, int flags, ...) {
  MODE(flags)
  int is_new = absent(path, flags);
  return opened(REAL(openat)(at, path, flags, mode), path, flags, is_new);
}

int openat64(int at, const char *path, int flags, ...) {
  MODE(flags)
  int is_new = absent(path, flags);
  return opened(REAL(openat64)(at, path, flags, mode), path, flags, is_new);
}

int creat(const char *path, mode_t mode) {
  return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < MOST_FILES) names[fd][0] = 0;
  return REAL(close)(fd);
}

static ssize_t written(int fd, const void *data, ssize_t count, off_t offset) {
  const char *name = name_of(fd);
  if (name && count > 0) note('w', name, offset, data, count);
  return count;
}

ssize_t write(int fd, const void *data, size_t count) {
  off_t offset = 0;
  struct stat about;
  if (name_of(fd)) {
    int appends = fcntl(fd, F_GETFL) & O_APPEND;
    offset = appends && fstat(fd, &about) == 0 ? about.st_size : lseek(fd, 0, SEEK_CUR);
  }
  return written(fd, data, REAL(write)(fd, data, count), offset);
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) {
  return written(fd, data, REAL(pwrite)(fd, data, count, offset), offset);
}

ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
  return written(fd, data, REAL(pwrite64)(fd, data, count, offset), offset);
}

static int resized(int fd, int answer, off_t length) {
  const char *name = name_of(fd);
  if (name && answer == 0) note('t', name, length, "", 0);
  return answer;
}

int ftruncate(int fd, off_t length) {
  return resized(fd, REAL(ftruncate)(fd, length), length);
}

int ftruncate64(int fd, off64_t length) {
  return resized(fd, REAL(ftruncate64)(fd, length), length);
}

static int synced(int fd, int answer) {
  const char *name = name_of(fd);
  if (name && answer == 0) note('s', name, 0, "", 0);
  return answer;
}

int fsync(int fd) {
  return synced(fd, REAL(fsync)(fd));
}

int fdatasync(int fd) {
  return synced(fd, REAL(fdatasync)(fd));
}

/* What is still open under a name that is gone belongs to no file a restart could find. */
static void renamed(const char *name, const char *now) {
  for (int fd = 0; fd < MOST_FILES; fd++)
    if (strcmp(names[fd], name) == 0) strcpy(names[fd], now);
}

int unlink(const char *path) {
  int answer = REAL(unlink)(path);
  const char *name = within(path);
  if (name && answer == 0) {
    note('u', name, 0, "", 0);
    renamed(name, "");
  }
  return answer;
}

int rename(const char *from, const char *to) {
  int answer = REAL(rename)(from, to);
  const char *name = within(from), *now = within(to);
  if (name && now && answer == 0) {
    note('r', name, 0, now, strlen(now));
    renamed(name, now);
  }
  return answer;
}
