// What Swift's Glibc module does not show: variadic calls, GNU extensions and kernel structures.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <fcntl.h>
#include <pthread.h>
#include <linux/falloc.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timex.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/socket.h>
#include <unistd.h>

// Declared only under _GNU_SOURCE, which Swift does not set.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int fallocate(int fd, int mode, long offset, long length);
extern int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath,
                     unsigned int flags);

enum { CLINUX_RENAME_NOREPLACE = 1 };

// Swift sees struct flock under this name and hides the call.
static inline int clinux_flock(int fd, int operation) { return flock(fd, operation); }

extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions,
                                                const char *path);
extern void *memmem(const void *bytes, size_t count, const void *pattern, size_t pattern_count);

// Variadic.
static inline int clinux_prctl(int option, unsigned long value) { return prctl(option, value); }
// Sends each piece as a datagram of its own, in as few calls as can be; returns how many went out.
// struct mmsghdr is hidden without _GNU_SOURCE.
static inline int clinux_send_datagrams(int fd, const struct iovec *pieces, int count) {
    struct { struct msghdr message; unsigned int length; } batch[64];
    int sent = 0;
    while (sent < count) {
        int size = count - sent < 64 ? count - sent : 64;
        for (int i = 0; i < size; i++) {
            batch[i].message = (struct msghdr){
                .msg_iov = (struct iovec *)&pieces[sent + i], .msg_iovlen = 1};
        }
        long done = syscall(SYS_sendmmsg, fd, batch, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done <= 0) return sent;
        sent += (int)done;
    }
    return sent;
}

// openat2(2) for reading, of a regular path: nothing outside `directory` and no link is followed.
// glibc has no wrapper; kernels before 5.6 answer ENOSYS.
static inline int clinux_open_beneath(int directory, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

// Whether some service keeps the wall clock right; struct timex is not visible to Swift.
static inline bool clinux_clock_is_synchronized(void) {
    struct timex state = {0};
    int status = adjtimex(&state);
    // A sandbox may forbid even to ask; then nobody vouches for the clock.
    return status >= 0 && status != TIME_ERROR;
}

#endif
