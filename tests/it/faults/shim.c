/* Stands between the program and the C library, and makes calls fail as it is told by the environment:
 *
 * FAULT_CALL    which call: pwrite, write, pread, fsync, range (sync_file_range), truncate, rename
 * FAULT_PATH    only on files in whose path this stands
 * FAULT_AFTER   so many such calls go well
 * FAULT_SECTOR  of pread: only where this byte of the file is asked for, as with a disk that has a bad sector
 * FAULT_TIMES   so many fail then; all of them where it is absent
 * FAULT_ERRNO   with this number; where it is 0 half is written and nothing fails
 * FAULT_TORN    half is written before it fails
 * FAULT_HANG    it never comes back
 * FAULT_NOTE    a file that gets one byte a fault, so that somebody knows that it struck: "!", or "?" where a descriptor is
 *               told of what another one met
 * FAULT_CLOCK   a file that holds seconds, by which the machine's clock is wrong
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

static const char *told(const char *name) { return getenv(name); }

static long number(const char *name, long otherwise) {
    const char *text = told(name);
    return text ? atol(text) : otherwise;
}

static int is_ours(int fd, const char *path) {
    const char *part = told("FAULT_PATH");
    if (!part) return 1;
    char link[64], name[4096];
    if (!path) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        long long got = syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
        if (got < 0) return 0;
        name[got] = 0;
        path = name;
    }
    return strstr(path, part) != NULL;
}

static void note(const char *sign) {
    const char *path = told("FAULT_NOTE");
    if (!path) return;
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, sign, 1);
    syscall(SYS_close, fd);
}

/* Whether this call is to fail. */
static int struck(const char *call, int fd, const char *path) {
    const char *which = told("FAULT_CALL");
    if (!which || strcmp(which, call) != 0 || !is_ours(fd, path)) return 0;
    long no = atomic_fetch_add(&calls, 1), after = number("FAULT_AFTER", 0);
    long times = number("FAULT_TIMES", -1);
    if (no < after || (times >= 0 && no >= after + times)) return 0;
    note("!");
    while (told("FAULT_HANG")) syscall(SYS_pause);
    return 1;
}

static ssize_t failed(void) {
    errno = (int)number("FAULT_ERRNO", EIO);
    return -1;
}

#define REAL(name, type) \
    static type real; \
    if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off64_t);
typedef ssize_t (*pread_t)(int, void *, size_t, off64_t);
typedef ssize_t (*write_t)(int, const void *, size_t);

ssize_t pwrite64(int fd, const void *from, size_t many, off64_t at) {
    REAL("pwrite64", pwrite_t);
    if (!struck("pwrite", fd, NULL)) return real(fd, from, many, at);
    if (number("FAULT_ERRNO", EIO) == 0) return real(fd, from, many > 1 ? many / 2 : many, at);
    if (told("FAULT_TORN")) real(fd, from, many / 2, at);
    return failed();
}

ssize_t write(int fd, const void *from, size_t many) {
    REAL("write", write_t);
    if (!struck("write", fd, NULL)) return real(fd, from, many);
    if (number("FAULT_ERRNO", EIO) == 0) return real(fd, from, many > 1 ? many / 2 : many);
    if (told("FAULT_TORN")) real(fd, from, many / 2);
    return failed();
}

ssize_t pread64(int fd, void *into, size_t many, off64_t at) {
    REAL("pread64", pread_t);
    long sector = number("FAULT_SECTOR", -1);
    if (sector >= 0 && (at > sector || at + (off64_t)many <= sector)) return real(fd, into, many, at);
    if (!struck("pread", fd, NULL)) return real(fd, into, many, at);
    if (number("FAULT_ERRNO", EIO) == 0) return real(fd, into, many > 1 ? many / 2 : many, at);
    return failed();
}

/* The system tells every descriptor that is open when a file could not be synced of that, each once; those that are opened
 * later, when somebody was told already, of nothing. */
enum { MOST = 1024 };
static atomic_int untold[MOST];

static void tell_others(int failed_on) {
    char link[64], own[4096], other[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", failed_on);
    long long length = syscall(SYS_readlinkat, AT_FDCWD, link, own, sizeof own);
    for (int fd = 0; length > 0 && fd < MOST; fd++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        long long got = syscall(SYS_readlinkat, AT_FDCWD, link, other, sizeof other);
        if (fd != failed_on && got == length && memcmp(own, other, (size_t)length) == 0) atomic_store(&untold[fd], 1);
    }
}

static int syncs(int fd) {
    if (fd >= 0 && fd < MOST && atomic_exchange(&untold[fd], 0)) {
        note("?");
        return 0;
    }
    if (!struck("fsync", fd, NULL)) return 1;
    tell_others(fd);
    return 0;
}

typedef int (*fsync_t)(int);
int fsync(int fd) {
    REAL("fsync", fsync_t);
    return syncs(fd) ? real(fd) : (int)failed();
}

int fdatasync(int fd) {
    REAL("fdatasync", fsync_t);
    return syncs(fd) ? real(fd) : (int)failed();
}

int close(int fd) {
    REAL("close", fsync_t);
    if (fd >= 0 && fd < MOST) atomic_store(&untold[fd], 0);
    return real(fd);
}

typedef int (*range_t)(int, off64_t, off64_t, unsigned);
int sync_file_range(int fd, off64_t at, off64_t many, unsigned flags) {
    REAL("sync_file_range", range_t);
    return struck("range", fd, NULL) ? (int)failed() : real(fd, at, many, flags);
}

typedef int (*truncate_t)(int, off64_t);
int ftruncate64(int fd, off64_t length) {
    REAL("ftruncate64", truncate_t);
    return struck("truncate", fd, NULL) ? (int)failed() : real(fd, length);
}

typedef int (*rename_t)(const char *, const char *);
int rename(const char *from, const char *to) {
    REAL("rename", rename_t);
    return struck("rename", -1, to) ? (int)failed() : real(from, to);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    typedef int (*clock_t_)(clockid_t, struct timespec *);
    REAL("clock_gettime", clock_t_);
    int outcome = real(which, now);
    const char *path = told("FAULT_CLOCK");
    if (outcome != 0 || which != CLOCK_REALTIME || !path) return outcome;
    char text[32] = "";
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    if (fd < 0) return outcome;
    syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    now->tv_sec += atol(text);
    return outcome;
}
