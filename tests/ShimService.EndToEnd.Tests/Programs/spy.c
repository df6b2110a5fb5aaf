// Looks into every process that appears in its pid namespace, as early as it can: each is stopped when it is first
// seen, looked into, and let go on. Given the path of something only the shim knows, it tells
//   root PID          the process's root is not the container's
//   capabilities PID  it has a capability that this process does not have
//   filter PID        it has another seccomp mode or no_new_privs than this process
//   NAMESPACE PID     it is in another namespace of this kind
//   cgroup PID        it is in another cgroup
//   descriptor PID    a descriptor of it leads below the path; or it has not executed yet and has more than its stdio
//   memory PID        its memory holds the path
//   writable PID      it has not executed yet, and its executable is on a mount that can be written
// SIGTERM ends it; the last line is "looked N early M": the processes it saw, and those it saw before their execve.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *const namespaces[] = { "cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "user", "uts" };
static const char *const sets[] = { "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:" };
static const char *const modes[] = { "NoNewPrivs:", "Seccomp:" };

static const char *secret;
static struct stat own_root, program;
static char own_status[4096], own_cgroup[4096], own_links[9][64];
static volatile sig_atomic_t ended;
static char memory[1 << 20];

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

static int read_text(int pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0)
        close(file);
    if (length < 0)
        return 0;
    text[length] = 0;
    return 1;
}

static unsigned long long field(const char *status, const char *name, int base)
{
    const char *at = strstr(status, name);
    return at ? strtoull(at + strlen(name), NULL, base) : ~0ULL;
}

static void look_at_status(int pid)
{
    char status[4096];
    if (!read_text(pid, "status", status, sizeof status))
        return;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strstr(status, sets[i]) && (field(status, sets[i], 16) & ~field(own_status, sets[i], 16)))
            printf("capabilities %d %s %llx\n", pid, sets[i], field(status, sets[i], 16));
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (field(status, modes[i], 10) != field(own_status, modes[i], 10))
            printf("filter %d %s %llu\n", pid, modes[i], field(status, modes[i], 10));
}

static void look_at_namespaces(int pid)
{
    char path[64], link[64];
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, namespaces[i]);
        ssize_t length = readlink(path, link, sizeof link - 1);
        if (length <= 0)
            continue;
        link[length] = 0;
        if (strcmp(link, own_links[i]))
            printf("%s %d %s\n", namespaces[i], pid, link);
    }
}

static void look_at_cgroup(int pid)
{
    char cgroup[4096];
    if (read_text(pid, "cgroup", cgroup, sizeof cgroup) && cgroup[0] && strcmp(cgroup, own_cgroup))
        printf("cgroup %d %s", pid, cgroup);
}

static void look_at_root(int pid)
{
    char path[64];
    struct stat found;
    snprintf(path, sizeof path, "/proc/%d/root/.", pid);
    if (stat(path, &found) == 0 && (found.st_dev != own_root.st_dev || found.st_ino != own_root.st_ino))
        printf("root %d\n", pid);
}

// Whether the process has not executed yet: then its executable is not the program of every exec here.
static int look_at_executable(int pid)
{
    char path[64];
    struct stat found;
    struct statvfs mount;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return 0;
    int early = fstat(file, &found) == 0 && (found.st_dev != program.st_dev || found.st_ino != program.st_ino);
    if (early && fstatvfs(file, &mount) == 0 && !(mount.f_flag & ST_RDONLY))
        printf("writable %d\n", pid);
    close(file);
    return early;
}

static void look_at_descriptors(int pid, int early)
{
    char path[64], link[512], name[400];
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        snprintf(name, sizeof name, "%s/%.20s", path, entry->d_name);
        ssize_t length = readlink(name, link, sizeof link - 1);
        if (length <= 0 || entry->d_name[0] == '.')
            continue;
        link[length] = 0;
        if (strstr(link, secret) || (early && atoi(entry->d_name) > 2))
            printf("descriptor %d %s %s\n", pid, entry->d_name, link);
    }
    if (directory)
        closedir(directory);
}

static void look_at_memory(int pid)
{
    char path[64], line[600];
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "r");
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx", &from, &to) != 2)
            continue;
        size_t size = to - from < sizeof memory ? to - from : sizeof memory;
        struct iovec here = { memory, size }, there = { (void *)from, size };
        ssize_t read = process_vm_readv(pid, &here, 1, &there, 1, 0);
        if (read > 0 && memmem(memory, (size_t)read, secret, strlen(secret)))
            printf("memory %d %s", pid, line);
    }
    if (maps)
        fclose(maps);
}

static int look(int pid)
{
    int early = look_at_executable(pid);
    look_at_status(pid);
    look_at_namespaces(pid);
    look_at_cgroup(pid);
    look_at_root(pid);
    look_at_descriptors(pid, early);
    look_at_memory(pid);
    return early;
}

static int know_itself(void)
{
    char path[64];
    int self = getpid();
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        snprintf(path, sizeof path, "/proc/self/ns/%s", namespaces[i]);
        ssize_t length = readlink(path, own_links[i], sizeof own_links[i] - 1);
        if (length < 0 && errno != ENOENT)
            return 0;
    }
    return stat("/", &own_root) == 0 && stat("/bin/busybox", &program) == 0
        && read_text(self, "status", own_status, sizeof own_status)
        && read_text(self, "cgroup", own_cgroup, sizeof own_cgroup);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !know_itself())
        return 2;
    secret = argv[1];
    signal(SIGTERM, end);
    setvbuf(stdout, NULL, _IOLBF, 0);
    long looked = 0, early = 0;
    for (int next = getpid() + 1, round = 0; !ended; round++) {
        // Numbers may have been passed over while it looked: mostly a little ahead, sometimes far.
        int ahead = round % 64 ? 4 : 1000;
        for (int pid = next; pid < next + ahead; pid++) {
            if (kill(pid, SIGSTOP) < 0)
                continue;
            looked++;
            early += look(pid);
            kill(pid, SIGCONT);
            next = pid + 1;
            break;
        }
    }
    printf("looked %ld early %ld\n", looked, early);
    return 0;
}
