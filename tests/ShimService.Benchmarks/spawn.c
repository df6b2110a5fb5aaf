// Runs a command line again and again and says how long each run took, from fork to exit, so that a runtime's figure
// holds nothing of whoever measures it.
//
//   spawn COMMAND ARGUMENT…     then one name a line on stdin, put where an argument is {}; answers nanoseconds a line
//
// Lives in a mount namespace of its own without /sys/fs/cgroup/unified: crun 1.8 refuses a host with both cgroup
// versions. The command's output goes to /dev/null, its errors to ours.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: spawn COMMAND ARGUMENT...\n");
        return 2;
    }
    if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
        perror("spawn: private mount namespace");
        return 1;
    }
    if (umount2("/sys/fs/cgroup/unified", MNT_DETACH) < 0 && errno != EINVAL && errno != ENOENT) {
        perror("spawn: umount /sys/fs/cgroup/unified");
        return 1;
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    char **arguments = calloc((size_t)argc, sizeof *arguments);
    char name[200];
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = 0;
        for (int i = 1; i < argc; i++)
            arguments[i - 1] = strcmp(argv[i], "{}") == 0 ? name : argv[i];
        struct timespec begin, end;
        int status = 0;
        pid_t pid;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        int error = posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ);
        if (error || waitpid(pid, &status, 0) != pid) {
            fprintf(stderr, "spawn: %s: %s\n", arguments[0], strerror(error ? error : errno));
            return 1;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "spawn: %s %s: status %d\n", arguments[0], name, status);
            return 1;
        }
        printf("%lld\n", (long long)(end.tv_sec - begin.tv_sec) * 1000000000LL + (end.tv_nsec - begin.tv_nsec));
        fflush(stdout);
    }
    return 0;
}
