/* The load client's sockets: what they send, what comes in, and one turn of the event loop. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OPENING, UPGRADING, GREETING, OPEN, BUSY };

enum { MARKS = 32 };
struct peer {
    int64_t marks[MARKS]; /* of the latest events that have come: what is told twice of one is one sample */
    int mark;
    int fd, state, poster, stalled, epoch, held, room;
    char *path, *headers, *first, *second, *rest; /* rest: the bytes of a message that has not come whole */
};

static struct peer *peers;
static int epoll, port, sockets, posters, open_sockets, lost_sockets, agents = 1, measuring;
static char dialect;
static int *steps; /* how far each agent's call has come */
static long messages, bytes, posted, answered, refused, samples_n, reads;
static int32_t *samples; /* microseconds */
static char buffer[1 << 19];
enum { MOST_SAMPLES = 8000000 };

static int64_t nanoseconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}
static int64_t now(void) { return nanoseconds(CLOCK_MONOTONIC); }
static void fail(const char *what) { perror(what); exit(1); }
static void watch(struct peer *p, int how, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = p};
    if (epoll_ctl(epoll, how, p->fd, &e)) fail("epoll_ctl");
}
static void connect_peer(struct peer *p) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1, small = 4096;
    if ((p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) < 0) fail("socket");
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (p->stalled) setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    p->state = OPENING;
    p->held = 0;
    if (connect(p->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) fail("connect");
    watch(p, EPOLL_CTL_ADD, EPOLLOUT);
}
static void drop(struct peer *p) {
    if (p->state == OPEN && !p->poster) open_sockets--;
    close(p->fd);
    p->fd = -1;
}

/* ---- what leaves */

static void say(struct peer *p, const char *text) { /* one masked text frame; the mask is zero, so the text is plain */
    char frame[2048];
    size_t n = strlen(text), head = n < 126 ? 6 : 8;
    frame[0] = (char)0x81;
    frame[1] = (char)(0x80 | (n < 126 ? n : 126));
    if (n >= 126) { frame[2] = (char)(n >> 8); frame[3] = (char)n; }
    memset(frame + head - 4, 0, 4);
    memcpy(frame + head, text, n);
    if (send(p->fd, frame, head + n, MSG_NOSIGNAL) < 0 && errno == EAGAIN) fail("send");
}
static void upgrade(struct peer *p) {
    char head[4096], lines[2048] = "";
    for (char *c = p->headers, *o = lines; *c; c++)
        if (*c == '|') { *o++ = '\r'; *o++ = '\n'; } else *o++ = *c;
    int n = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: Y29uc29sZS1iZW5jaC1rMQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n", p->path, port, lines, *lines ? "\r\n" : "");
    if (send(p->fd, head, n, MSG_NOSIGNAL) != n) fail("upgrade");
    p->state = UPGRADING;
}
static void post(struct peer *p, const char *target, const char *body) {
    char request[2048];
    int n = snprintf(request, sizeof request, "POST %s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: Bearer bench\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     target, port, strlen(body), body);
    if (send(p->fd, request, n, MSG_NOSIGNAL) != n) fail("post");
    p->state = BUSY;
    posted++;
}
static int next_agent(void) { /* a step of 7 spreads what follows each other over the teams */
    static long number;
    return (int)(number++ * 7 % agents);
}
static int event(char *body, size_t room, int agent, int64_t due, const char *more) { /* the next step of the agent's call */
    static const char *life[] = {"ringing", "answered", "held", "resumed", "ended"};
    int step = steps[agent]++;
    return snprintf(body, room, "{\"type\":\"%s\",\"agent\":%d,\"call\":\"bench-%d-%d\",\"number\":\"+8490%07d\",\"name\":\"T0=%019ld\",\"at\":%ld,"
             "\"direction\":\"inbound\",\"queue\":\"support\",\"line\":1%s}", life[step % 5], agent, agent, step / 5, (agent * 1009 + step / 5 * 100003) % 10000000,
             (long)due, (long)(nanoseconds(CLOCK_REALTIME) / 1000000), more);
}
static void post_event(struct peer *p, int64_t due) {
    char body[512];
    event(body, sizeof body, next_agent(), due, "");
    post(p, "/bench/event", body);
}
static void report_event(int64_t due, const char *connection) { /* as an agent's phone does, on their own websocket */
    static long n;
    char more[128] = "", body[512], message[700];
    int agent = next_agent();
    struct peer *p = &peers[agent];
    if (p->state != OPEN) { refused++; return; }
    if (!n) n = nanoseconds(CLOCK_REALTIME) / 1000000; /* higher than the numbers of an earlier load client */
    if (dialect == 'c') snprintf(more, sizeof more, ",\"connection\":\"%s\"", connection);
    event(body, sizeof body, agent, due, more);
    if (dialect == 'c') snprintf(message, sizeof message, "{\"type\":\"phone.event\",\"n\":%ld,\"epoch\":%d,\"event\":%s}", ++n, p->epoch, body);
    else snprintf(message, sizeof message, dialect == 's' ? "42[\"event\",%s]" : "%s", body);
    say(p, message);
    posted++;
}
static struct peer *idle_poster(void) {
    static int turn;
    for (int i = 0; i < posters; i++) {
        struct peer *p = &peers[sockets + turn++ % posters];
        if (p->state == OPEN) return p;
    }
    return NULL;
}

/* ---- what comes in */

static int starts(const char *text, long n, const char *with) { return n >= (long)strlen(with) && !memcmp(text, with, strlen(with)); }
static void is_open(struct peer *p) {
    p->state = OPEN;
    open_sockets++;
    if (*p->second) say(p, p->second);
    if (p->stalled) watch(p, EPOLL_CTL_DEL, 0);
}
static int is_new(struct peer *p, int64_t due) {
    for (int i = 0; i < MARKS; i++) if (p->marks[i] == due) return 0;
    p->marks[p->mark++ % MARKS] = due;
    return 1;
}
static void change(struct peer *p, const char *text, long n, int64_t at) {
    messages++;
    if (!measuring) return;
    int64_t newest = 0; /* a list of recent calls carries the marks of earlier events as well */
    for (const char *end = text + n, *m = text; (m = memmem(m, end - m, "T0=", 3)) && end - m >= 22; m += 22) {
        int64_t due = 0;
        for (int i = 3; i < 22; i++) due = due * 10 + m[i] - '0';
        if (due > newest) newest = due;
    }
    if (newest && is_new(p, newest) && samples_n < MOST_SAMPLES) samples[samples_n++] = (int32_t)((at - newest) / 1000);
}
static void console_message(struct peer *p, const char *text, long n, int64_t at) {
    char answer[256];
    if (starts(text, n, "{\"type\":\"change\"")) change(p, text, n, at);
    else if (starts(text, n, "{\"type\":\"ping\",\"n\":")) {
        snprintf(answer, sizeof answer, "{\"type\":\"pong\",\"n\":%d,\"epoch\":%d,\"audible\":true,\"microphone\":\"ok\",\"registered\":true,"
                 "\"visible\":true,\"used\":2.5,\"calls\":[]}", atoi(text + 19), p->epoch);
        say(p, answer);
    } else if (starts(text, n, "{\"type\":\"lease.granted\",\"epoch\":")) p->epoch = atoi(text + 32);
    else if (starts(text, n, "{\"type\":\"welcome\"") && p->state == GREETING) is_open(p);
    else if (starts(text, n, "{\"type\":\"goodbye\"")) fprintf(stderr, "%.*s\n", (int)n, text);
}
static void socketio_message(struct peer *p, const char *text, long n, int64_t at) {
    if (starts(text, n, "42")) change(p, text, n, at);
    else if (starts(text, n, "2")) say(p, "3");
    else if (starts(text, n, "0")) say(p, "40");
    else if (starts(text, n, "40") && p->state == GREETING) is_open(p);
}
static long take_frames(struct peer *p, unsigned char *at, long n, int64_t time) { /* answers how many bytes it used; -1: closed */
    long used = 0;
    while (n - used >= 2) {
        unsigned char *f = at + used;
        long size = f[1] & 127, head = 2;
        if (size == 126) { head = 4; if (n - used < head) break; size = f[2] << 8 | f[3]; }
        else if (size == 127) { head = 10; if (n - used < head) break; size = 0; for (int i = 2; i < 10; i++) size = size << 8 | f[i]; }
        if (n - used < head + size) break;
        if ((f[0] & 15) == 8) return -1;
        if ((f[0] & 15) == 1) {
            bytes += head + size;
            if (dialect == 'c') console_message(p, (char *)f + head, size, time);
            else if (dialect == 's') socketio_message(p, (char *)f + head, size, time);
            else change(p, (char *)f + head, size, time);
        }
        used += head + size;
    }
    return used;
}
static long take_answer(struct peer *p, char *text, long n) { /* of a poster, or of the upgrade; answers the bytes used */
    text[n] = 0;
    char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
    if (!end) return 0;
    end += 4;
    if (p->poster) {
        long whole = end - text + (length && length < end ? atol(length + 15) : 0);
        if (n < whole) return 0;
        if (text[9] == '2') answered++;
        else if (!refused++) fprintf(stderr, "a post was refused: %.300s\n", text);
        p->state = OPEN;
        return whole;
    }
    if (strncmp(text + 9, "101", 3)) { fprintf(stderr, "an upgrade was refused: %.200s\n", text); exit(1); }
    p->state = GREETING;
    if (*p->first) say(p, p->first);
    if (dialect == 'p') is_open(p);
    return end - text;
}
static void readable(struct peer *p) {
    if (p->held) memcpy(buffer, p->rest, p->held);
    long n = recv(p->fd, buffer + p->held, sizeof buffer - p->held - 1, 0), used = 0, more;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        int again = p->poster || p->state != OPEN; /* a socket that was refused before it was open tries again, as a page does */
        lost_sockets += !p->poster;
        drop(p);
        if (again) connect_peer(p);
        return;
    }
    reads += !p->poster;
    n += p->held;
    if (p->poster || p->state == UPGRADING) used = take_answer(p, buffer, n);
    if (!p->poster && p->state >= GREETING) {
        if ((more = take_frames(p, (unsigned char *)buffer + used, n - used, now())) < 0) {
            int again = p->state != OPEN;
            lost_sockets++;
            drop(p);
            if (again) connect_peer(p);
            return;
        }
        used += more;
    }
    if ((p->held = (int)(n - used)) == 0) return;
    if (p->room < p->held) p->rest = realloc(p->rest, p->room = p->held * 2);
    memcpy(p->rest, buffer + used, p->held);
}
static void turn(int64_t until) {
    struct epoll_event ready[256];
    int64_t left = until - now();
    struct timespec wait = {left > 0 ? left / 1000000000 : 0, left > 0 ? left % 1000000000 : 0};
    int n = epoll_pwait2(epoll, ready, 256, &wait, NULL);
    for (int i = 0; i < n; i++) {
        struct peer *p = ready[i].data.ptr;
        if (p->fd < 0) continue;
        if (p->state != OPENING) { readable(p); continue; }
        watch(p, EPOLL_CTL_MOD, EPOLLIN);
        if (p->poster) p->state = OPEN; else upgrade(p);
    }
}
