// What Swift's Glibc module does not show: variadic calls, GNU extensions and kernel structures.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <pthread.h>
#include <linux/falloc.h>
#include <malloc.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

// Declared only under _GNU_SOURCE, which Swift does not set.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int fallocate(int fd, int mode, long offset, long length);
extern int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath,
                     unsigned int flags);

enum { CLINUX_RENAME_NOREPLACE = 1 };

// Swift sees struct flock under this name and hides the call.
static inline int clinux_flock(int fd, int operation) { return flock(fd, operation); }
extern void *memmem(const void *bytes, size_t count, const void *pattern, size_t pattern_count);

// Variadic.
static inline int clinux_prctl(int option, unsigned long value) { return prctl(option, value); }

#endif
