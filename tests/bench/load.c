/* The bench's load client: one thread, one epoll, hundreds of websockets, and posters that send events by HTTP.
 *
 *   load PORT DIALECT CONNECTIONS POSTERS AGENTS
 *
 * DIALECT: console (hello, welcome, pings as JSON), plain (websocket only), socketio (Engine.IO 4 over websocket).
 * CONNECTIONS: a file, one socket per line, fields separated by tabs: "reader" or "stalled" (never reads once it is
 * open), path, headers separated by "|", the first message, the message after the welcome.
 *
 * Commands on stdin; each answers with one JSON line:
 *   relay WINDOW N SECONDS    POST /bench/relay?n=N as fast as its messages arrive, WINDOW requests ahead
 *   events WINDOW SECONDS     POST /bench/event, one event each, in the same way
 *   rate PER_SECOND SECONDS READERS   POST /bench/event by the clock, each to as many; latency counts from when it was due
 *   phone PER_SECOND SECONDS CONNECTION   the same, but each event on its agent's websocket, as a phone reports
 *   wake SECONDS              reads what the stalled sockets hold until the server's hang-up
 *   idle SECONDS              answers pings
 *   reconnect                 drops all sockets and opens them all at once
 */
#include "wire.h"

static int by_size(const void *a, const void *b) { return *(const int32_t *)a - *(const int32_t *)b; }
static double share(double part) { return samples_n ? samples[(long)(part * (double)(samples_n - 1))] / 1000.0 : 0; }
static void answer(double seconds, double per_second) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(samples, samples_n, sizeof *samples, by_size);
    printf("{\"seconds\":%.4f,\"messages\":%ld,\"bytes\":%ld,\"per_second\":%.1f,\"posted\":%ld,\"answered\":%ld,\"refused\":%ld,\"open\":%d,\"lost\":%d,"
           "\"samples\":%ld,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"reads\":%ld,\"client_cpu\":%.3f}\n", seconds, messages, bytes, per_second, posted, answered,
           refused, open_sockets, lost_sockets, samples_n, share(.5), share(.9), share(.99), share(1), reads,
           (double)u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
    fflush(stdout);
}
static void begin(int with_latency) {
    for (int64_t stop = now() + 50000000; now() < stop;) turn(stop); /* posters that the server has hung up come back */
    messages = bytes = posted = answered = refused = samples_n = reads = 0; measuring = with_latency;
}

static void closed(const char *target, long window, long of_each, double seconds, int readers) {
    begin(0);
    int64_t start = now(), end = start + (int64_t)(seconds * 1e9), last = start;
    long seen = 0, given_up = 0;
    for (int64_t t; (t = now()) < end;) {
        struct peer *p;
        if (messages != seen) { seen = messages; last = t; }
        if (t - last > 500000000) { given_up = posted * of_each * readers - messages; last = t; } /* an event that changed nothing */
        while (posted * of_each * readers - messages - given_up <= (window - 1) * of_each * readers && (p = idle_poster())) {
            if (target) post(p, target, "{}"); else post_event(p, now());
        }
        turn(now() + 50000000);
    }
    double took = (double)(now() - start) / 1e9;
    answer(took, (double)messages / took);
    for (int64_t stop = now() + 1000000000; now() < stop && posted > answered + refused;) turn(stop);
}
static void by_the_clock(double rate, double seconds, long each_to, const char *connection) { /* connection: by websocket */
    begin(1);
    int64_t start = now(), end = start + (int64_t)(seconds * 1e9), gap = (int64_t)(1e9 / rate), due = start;
    while (due < end) {
        struct peer *p = NULL;
        while (due <= now() && due < end && (connection || (p = idle_poster()))) {
            if (connection) report_event(due, connection); else post_event(p, due);
            due += gap;
        }
        turn(due > now() ? due : now() + 1000000);
    }
    /* All that is due, and 0.3 s for what comes twice. */
    for (int64_t stop = now() + 20000000000; now() < stop && samples_n < (posted - refused) * each_to;) turn(now() + 20000000);
    for (int64_t stop = now() + 300000000; now() < stop;) turn(stop);
    answer(seconds, (double)messages / seconds);
}
static void wake(double seconds) {
    begin(0);
    int lost = lost_sockets, asleep = 0;
    for (int i = 0; i < sockets; i++)
        if (peers[i].stalled && peers[i].fd >= 0) { asleep++; watch(&peers[i], EPOLL_CTL_ADD, EPOLLIN); }
    for (int64_t stop = now() + (int64_t)(seconds * 1e9); now() < stop && lost_sockets < lost + asleep;) turn(now() + 20000000);
    answer(seconds, 0);
}
static void open_all(void) {
    begin(0);
    lost_sockets = 0;
    int64_t start = now(), stop = start + 60000000000LL;
    for (int i = 0; i < sockets; i++) connect_peer(&peers[i]);
    while (open_sockets < sockets && now() < stop) turn(now() + 20000000);
    answer((double)(now() - start) / 1e9, 0);
}
static char *field(char **line) { char *f = strsep(line, "\t"); return f ? f : ""; }
static int read_connections(const char *path) { /* answers how many read */
    char *line = NULL;
    size_t room = 0;
    int readers = 0;
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *copy = strdup(line);
        struct peer *p = &peers[sockets++];
        p->stalled = !strcmp(field(&copy), "stalled");
        p->path = field(&copy); p->headers = field(&copy); p->first = field(&copy); p->second = field(&copy);
        readers += !p->stalled;
    }
    fclose(file);
    return readers;
}
int main(int n, char **words) {
    char line[128];
    struct rlimit files;
    if (n != 6) { fprintf(stderr, "usage: load PORT DIALECT CONNECTIONS POSTERS AGENTS\n"); return 2; }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(words[1]); dialect = *words[2]; posters = atoi(words[4]); agents = atoi(words[5]);
    peers = calloc(20000, sizeof *peers);
    samples = malloc(MOST_SAMPLES * sizeof *samples);
    steps = calloc(agents, sizeof *steps);
    epoll = epoll_create1(0);
    int readers = read_connections(words[3]);
    open_all();
    for (int i = 0; i < posters; i++) { peers[sockets + i].poster = 1; connect_peer(&peers[sockets + i]); }
    while (fgets(line, sizeof line, stdin)) {
        double a = 0, b = 0, c = 0;
        char name[32] = "", target[64], connection[64] = "-";
        sscanf(line, "%31s %lf %lf %lf", name, &a, &b, &c);
        if (!strcmp(name, "relay")) { snprintf(target, sizeof target, "/bench/relay?n=%d", (int)b); closed(target, (long)a, (long)b, c, readers); }
        else if (!strcmp(name, "events")) closed(NULL, (long)a, 1, b, readers);
        else if (!strcmp(name, "rate")) by_the_clock(a, b, c > 0 ? (long)c : 1, NULL);
        else if (!strcmp(name, "phone")) { sscanf(line, "%*s %*s %*s %63s", connection); by_the_clock(a, b, 1, connection); }
        else if (!strcmp(name, "wake")) wake(a);
        else if (!strcmp(name, "idle")) { begin(0); for (int64_t stop = now() + (int64_t)(a * 1e9); now() < stop;) turn(stop); answer(a, 0); }
        else if (!strcmp(name, "reconnect")) { for (int i = 0; i < sockets; i++) if (peers[i].fd >= 0) drop(&peers[i]); open_all(); }
        else return 0;
    }
    return 0;
}
