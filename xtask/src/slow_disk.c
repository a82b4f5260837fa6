/* Makes a disk as slow as a merchant's: a program that this is loaded into before everything else has each of its commits take
   TEST_DISK_MS at least. The commit itself is the real one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static int held(const char *name, int file) {
    const char *given = getenv("TEST_DISK_MS");
    long ms = given ? atol(given) : 0;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000;
    }
    int (*commit)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = commit(file);
    int why = errno;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
    errno = why;
    return done;
}

int fsync(int file) { return held("fsync", file); }
int fdatasync(int file) { return held("fdatasync", file); }
