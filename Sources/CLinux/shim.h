// What Swift's Glibc module does not show: variadic calls, GNU extensions and kernel structures.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <pthread.h>
#include <stddef.h>
#include <sys/eventfd.h>

// Declared only under _GNU_SOURCE, which Swift does not set.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int fallocate(int fd, int mode, long offset, long length);
extern int sync_file_range(int fd, long offset, long length, unsigned int flags);

#endif
