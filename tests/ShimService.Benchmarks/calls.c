// A client of the shim that costs next to nothing: Create, Start, Wait and Delete over ttrpc, one after another, on one
// connection with blocking calls. What it measures is the shim.
//
//   calls SOCKET BUNDLE     then one id a line on stdin; answers a line: nanoseconds in all, of each of the four calls,
//                           and of four calls that do nothing: what of the whole is transport

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LARGEST 4096

static const char task[] = "containerd.task.v3.Task";
static int sock;
static uint32_t stream = 1;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "calls: %s: %s\n", what, why);
    exit(1);
}

// One length-delimited protobuf field; every length here fits two bytes of varint.
static size_t field(uint8_t *to, int number, const void *bytes, size_t length)
{
    size_t at = 0;
    to[at++] = (uint8_t)(number << 3 | 2);
    if (length > 127)
        to[at++] = (uint8_t)(length | 0x80);
    to[at++] = (uint8_t)(length > 127 ? length >> 7 : length);
    if (length > 0)
        memcpy(to + at, bytes, length);
    return at + length;
}

static void receive(void *to, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t n = recv(sock, (char *)to + at, length - at, 0);
        if (n <= 0)
            die("receive", n == 0 ? "the shim is gone" : strerror(errno));
        at += (size_t)n;
    }
}

// Frame: length, stream id, type (1 request, 2 response), flags; then Request {1 service, 2 method, 3 payload} or
// Response {1 status, 2 payload}.
static void call(const char *service, const char *method, const uint8_t *payload, size_t length)
{
    uint8_t frame[LARGEST + 256];
    size_t at = 10;
    at += field(frame + at, 1, service, strlen(service));
    at += field(frame + at, 2, method, strlen(method));
    at += field(frame + at, 3, payload, length);
    uint32_t header[2] = { htonl((uint32_t)(at - 10)), htonl(stream) };
    memcpy(frame, header, sizeof header);
    frame[8] = 1;
    frame[9] = 0;
    if (send(sock, frame, at, MSG_NOSIGNAL) != (ssize_t)at)
        die(method, strerror(errno));
    uint8_t head[10], answer[LARGEST];
    receive(head, sizeof head);
    memcpy(header, head, sizeof header);
    uint32_t size = ntohl(header[0]);
    if (ntohl(header[1]) != stream || head[8] != 2 || size > sizeof answer)
        die(method, "an answer to something else");
    receive(answer, size);
    if (size > 0 && answer[0] == (1 << 3 | 2)) {
        fprintf(stderr, "calls: %s: %.*s\n", method, (int)size, (const char *)answer);
        exit(1);
    }
    stream += 2;
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: calls SOCKET BUNDLE\n");
        return 2;
    }
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    sock = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(sock, (struct sockaddr *)&address, sizeof address) < 0)
        die(argv[1], strerror(errno));
    char id[200];
    while (fgets(id, sizeof id, stdin)) {
        id[strcspn(id, "\n")] = 0;
        uint8_t create[LARGEST];
        size_t short_length = field(create, 1, id, strlen(id));
        size_t length = short_length + field(create + short_length, 2, argv[2], strlen(argv[2]));
        long long t0 = now();
        call(task, "Create", create, length);
        long long t1 = now();
        call(task, "Start", create, short_length);
        long long t2 = now();
        call(task, "Wait", create, short_length);
        long long t3 = now();
        call(task, "Delete", create, short_length);
        long long t4 = now();
        for (int i = 0; i < 4; i++)
            call("shimservice.shim.v1.Shim", "Info", NULL, 0);
        long long t5 = now();
        printf("%lld %lld %lld %lld %lld %lld\n", t4 - t0, t1 - t0, t2 - t1, t3 - t2, t4 - t3, t5 - t4);
        fflush(stdout);
    }
    return 0;
}
