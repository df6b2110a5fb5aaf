// The C limit: the least time in which this kernel makes the benchmark's container, runs /bin/true in it and is
// clean again. One process that is already running, one clone with CLONE_VM | CLONE_VFORK, no copy of anything, no
// JSON, no RPC: the same system calls that BenchmarkBundle.cs asks for, and none that it does not ask for.
//
//   limit ROOTFS SECCOMP_NAMES     then one cgroup name a line on stdin; answers nanoseconds a line on stdout
//
// Its cgroups are those the shim gives a container (cpu, cpuacct, memory, devices, blkio, pids and the cgroup2 that
// freezes and kills), not all that are mounted.
//
// Launch = cgroups made and limited; namespaces; seven mounts of a default container with its device nodes, links,
// masked and read-only paths; pivot_root; loopback up; capabilities; no_new_privs; seccomp; execve; exit; cgroups
// removed. libseccomp compiles the filter before the clock starts.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_HIERARCHIES 32

static struct hierarchy
{
    char name[64], mount[256], group[512], tasks[600];
    // Where it is seen inside the container, and what mount(2) is told.
    char target[128], data[128];
    int unified;
} hierarchies[MAX_HIERARCHIES];
static int hierarchy_count;
static const char *rootfs;
static struct sock_fprog filter;
static volatile const char *step = "start";
static volatile int step_errno;

#define MUST(name, call) do { step = (name); if ((call) < 0) { step_errno = errno; _exit(99); } } while (0)

static const struct { const char *path; mode_t mode; unsigned major, minor; } devices[] = {
    { "dev/null", 0666, 1, 3 }, { "dev/zero", 0666, 1, 5 }, { "dev/full", 0666, 1, 7 },
    { "dev/random", 0666, 1, 8 }, { "dev/urandom", 0666, 1, 9 }, { "dev/tty", 0666, 5, 0 },
};
static const char *const links[][2] = {
    { "/proc/self/fd", "dev/fd" }, { "/proc/self/fd/0", "dev/stdin" }, { "/proc/self/fd/1", "dev/stdout" },
    { "/proc/self/fd/2", "dev/stderr" }, { "pts/ptmx", "dev/ptmx" }, { "/proc/kcore", "dev/core" },
};
static const char *masked[] = { "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
    "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
    "/sys/devices/virtual/powercap", "/sys/firmware" };
static int masked_kind[sizeof masked / sizeof masked[0]];
static const char *read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
static int read_only_there[sizeof read_only / sizeof read_only[0]];

// The fourteen capabilities of a default container, by number.
static const int kept[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FSETID, CAP_FOWNER, CAP_MKNOD, CAP_NET_RAW, CAP_SETGID,
    CAP_SETUID, CAP_SETFCAP, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_KILL, CAP_AUDIT_WRITE };
static int last_capability;
static int bounding[64];

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = write(fd, text, strlen(text));
    close(fd);
    return n < 0 ? -1 : 0;
}

static int in_group(const char *controller, const char *file, const char *value)
{
    char path[700];
    for (int i = 0; i < hierarchy_count; i++) {
        if (strcmp(hierarchies[i].name, controller) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", hierarchies[i].group, file);
        if (write_file(path, value) < 0) {
            fprintf(stderr, "limit: write %s to %s: %s\n", value, path, strerror(errno));
            exit(1);
        }
    }
    return 0;
}

static void make_groups(const char *name)
{
    for (int i = 0; i < hierarchy_count; i++) {
        struct hierarchy *h = &hierarchies[i];
        snprintf(h->group, sizeof h->group, "%s/%s", h->mount, name);
        snprintf(h->tasks, sizeof h->tasks, "%s/tasks", h->group);
        if (mkdir(h->group, 0755) < 0) {
            perror(h->group);
            exit(1);
        }
    }
    in_group("memory", "memory.limit_in_bytes", "268435456");
    in_group("pids", "pids.max", "512");
    in_group("cpu", "cpu.shares", "512");
    in_group("devices", "devices.deny", "a");
    static const char *const allowed[] = { "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm",
        "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm" };
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        in_group("devices", "devices.allow", allowed[i]);
}

static void remove_groups(void)
{
    for (int i = 0; i < hierarchy_count; i++) {
        int tries = 0;
        while (rmdir(hierarchies[i].group) < 0) {
            if (errno != EBUSY || tries++ > 10000) {
                perror(hierarchies[i].group);
                exit(1);
            }
            struct timespec moment = { 0, 50000 };
            nanosleep(&moment, NULL);
        }
    }
}

static int child(void *unused)
{
    (void)unused;
    const unsigned long plain = MS_NOSUID | MS_NOEXEC | MS_NODEV;
    for (int i = 0; i < hierarchy_count; i++)
        if (!hierarchies[i].unified)
            MUST("join cgroup", write_file(hierarchies[i].tasks, "0"));
    MUST("new cgroup namespace", unshare(CLONE_NEWCGROUP));
    MUST("session", setsid());
    MUST("propagation", mount("", "/", NULL, MS_REC | MS_SLAVE, NULL));
    MUST("bind root", mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL));
    MUST("enter root", chdir(rootfs));
    MUST("mount /proc", mount("proc", "proc", "proc", plain, NULL));
    MUST("mount /dev", mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k"));
    MUST("make /dev/pts", mkdir("dev/pts", 0755));
    MUST("mount /dev/pts", mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
        "newinstance,ptmxmode=0666,mode=0620,gid=5"));
    MUST("mount /sys", mount("sysfs", "sys", "sysfs", plain | MS_RDONLY, NULL));
    MUST("mount /sys/fs/cgroup", mount("tmpfs", "sys/fs/cgroup", "tmpfs", plain, "mode=755"));
    for (int i = 0; i < hierarchy_count; i++) {
        MUST("make cgroup directory", mkdir(hierarchies[i].target, 0755));
        MUST("mount cgroup", mount("cgroup", hierarchies[i].target,
            hierarchies[i].unified ? "cgroup2" : "cgroup", plain | MS_RDONLY, hierarchies[i].data));
    }
    MUST("close /sys/fs/cgroup", mount(NULL, "sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | plain, NULL));
    MUST("make /dev/mqueue", mkdir("dev/mqueue", 0755));
    MUST("mount /dev/mqueue", mount("mqueue", "dev/mqueue", "mqueue", plain, NULL));
    MUST("make /dev/shm", mkdir("dev/shm", 0755));
    MUST("mount /dev/shm", mount("shm", "dev/shm", "tmpfs", plain, "mode=1777,size=65536k"));
    umask(0);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        MUST("device", mknod(devices[i].path, S_IFCHR | devices[i].mode, makedev(devices[i].major, devices[i].minor)));
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        MUST("link", symlink(links[i][0], links[i][1]));
    umask(022);
    MUST("pivot root", syscall(SYS_pivot_root, ".", "."));
    MUST("old root", mount("", ".", NULL, MS_REC | MS_SLAVE, NULL));
    MUST("leave old root", umount2(".", MNT_DETACH));
    MUST("new root", chdir("/"));
    MUST("hostname", sethostname("bench", 5));
    int link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    MUST("loopback", ioctl(link, SIOCSIFFLAGS, &loopback));
    close(link);
    for (size_t i = 0; i < sizeof read_only / sizeof read_only[0]; i++) {
        if (!read_only_there[i])
            continue;
        MUST("bind read-only", mount(read_only[i], read_only[i], NULL, MS_BIND | MS_REC, NULL));
        MUST("close read-only", mount(NULL, read_only[i], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | plain, NULL));
    }
    for (size_t i = 0; i < sizeof masked / sizeof masked[0]; i++) {
        if (masked_kind[i] == S_IFDIR)
            MUST("mask directory", mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k"));
        else if (masked_kind[i])
            MUST("mask file", mount("/dev/null", masked[i], NULL, MS_BIND, NULL));
    }
    struct rlimit files = { 1024, 1024 };
    MUST("rlimit", setrlimit(RLIMIT_NOFILE, &files));
    uint64_t keep = 0;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        keep |= 1ULL << kept[i];
    for (int c = 0; c <= last_capability; c++)
        if (bounding[c] && !(keep >> c & 1))
            MUST("bounding set", prctl(PR_CAPBSET_DROP, c, 0, 0, 0));
    MUST("groups", syscall(SYS_setgroups, 0, NULL));
    MUST("gid", syscall(SYS_setresgid, 0, 0, 0));
    MUST("uid", syscall(SYS_setresuid, 0, 0, 0));
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = {
        { (uint32_t)keep, (uint32_t)keep, 0 }, { (uint32_t)(keep >> 32), (uint32_t)(keep >> 32), 0 } };
    MUST("capabilities", syscall(SYS_capset, &header, data));
    MUST("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    MUST("descriptors", syscall(SYS_close_range, 3, ~0U, 0));
    MUST("seccomp", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter));
    char *const arguments[] = { "/bin/true", NULL };
    char *const environment[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL };
    MUST("execve", execve(arguments[0], arguments, environment));
    return 99;
}

static int is_used(const char *controller)
{
    static const char *const used[] = { "cpu", "cpuacct", "memory", "devices", "blkio", "pids" };
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        if (strcmp(controller, used[i]) == 0)
            return 1;
    return 0;
}

static void find_hierarchies(void)
{
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    char line[4096];
    while (mounts && fgets(line, sizeof line, mounts) && hierarchy_count < MAX_HIERARCHIES) {
        char path[256];
        int unified = strstr(line, " - cgroup2 ") != NULL;
        if ((!unified && !strstr(line, " - cgroup ")) || sscanf(line, "%*s %*s %*s %*s %255s", path) != 1)
            continue;
        const char *controller = strrchr(path, '/') + 1;
        if (!unified && !is_used(controller))
            continue;
        struct hierarchy *h = &hierarchies[hierarchy_count++];
        h->unified = unified;
        snprintf(h->mount, sizeof h->mount, "%s", path);
        snprintf(h->name, sizeof h->name, "%.63s", controller);
        snprintf(h->target, sizeof h->target, "sys/fs/cgroup/%.63s", controller);
        if (!unified)
            snprintf(h->data, sizeof h->data, "%.63s", controller);
    }
    if (mounts)
        fclose(mounts);
}

// vfork with clone3's flags. The child borrows this process's memory and stack: it calls deeper and never returns.
__attribute__((noinline)) static long run_child(const struct clone_args *how)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_clone3), "D"(how), "S"(sizeof *how) : "rcx", "r11", "memory");
    if (result == 0)
        _exit(child(NULL));
    return result;
}

static void compile_filter(const char *names_file)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    FILE *names = fopen(names_file, "re");
    char name[128];
    if (!context || !names) {
        perror(names_file);
        exit(1);
    }
    seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0);
    while (fscanf(names, "%127s", name) == 1) {
        int number = seccomp_syscall_resolve_name(name);
        if (number != __NR_SCMP_ERROR && number >= 0)
            seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
    }
    fclose(names);
    int file = memfd_create("filter", MFD_CLOEXEC);
    if (seccomp_export_bpf(context, file) < 0) {
        perror("seccomp_export_bpf");
        exit(1);
    }
    off_t size = lseek(file, 0, SEEK_END);
    filter.len = (unsigned short)(size / (off_t)sizeof(struct sock_filter));
    filter.filter = malloc((size_t)size);
    if (pread(file, filter.filter, (size_t)size, 0) != size) {
        perror("filter");
        exit(1);
    }
    close(file);
    seccomp_release(context);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: limit ROOTFS SECCOMP_NAMES\n");
        return 2;
    }
    rootfs = argv[1];
    find_hierarchies();
    compile_filter(argv[2]);
    struct stat info;
    for (size_t i = 0; i < sizeof masked / sizeof masked[0]; i++)
        masked_kind[i] = stat(masked[i], &info) == 0 ? (int)(info.st_mode & S_IFMT) : 0;
    for (size_t i = 0; i < sizeof read_only / sizeof read_only[0]; i++)
        read_only_there[i] = stat(read_only[i], &info) == 0;
    for (int c = 0; c < 64; c++) {
        int held = prctl(PR_CAPBSET_READ, c, 0, 0, 0);
        if (held < 0)
            break;
        last_capability = c;
        bounding[c] = held;
    }
    // The shim lives in a private mount namespace of its own, so this does too.
    if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
        perror("limit: private mount namespace");
        return 1;
    }
    char name[200];
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = 0;
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        make_groups(name);
        int pidfd = -1, status = 0, group = -1;
        struct clone_args how = {
            .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
                CLONE_NEWNET,
            .pidfd = (uintptr_t)&pidfd,
            .exit_signal = SIGCHLD,
        };
        for (int i = 0; i < hierarchy_count; i++) {
            if (!hierarchies[i].unified)
                continue;
            group = open(hierarchies[i].group, O_PATH | O_DIRECTORY | O_CLOEXEC);
            how.flags |= CLONE_INTO_CGROUP;
            how.cgroup = (uint64_t)group;
        }
        pid_t pid = (pid_t)run_child(&how);
        if (pid < 0 || waitpid(pid, &status, 0) != pid) {
            perror("limit: clone");
            return 1;
        }
        close(pidfd);
        if (group >= 0)
            close(group);
        remove_groups();
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "limit: %s: %s (status %d)\n", (const char *)step, strerror(step_errno), status);
            return 1;
        }
        printf("%lld\n", (long long)(end.tv_sec - begin.tv_sec) * 1000000000LL + (end.tv_nsec - begin.tv_nsec));
        fflush(stdout);
    }
    return 0;
}
