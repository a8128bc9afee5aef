#include "proxy/agent.h"
#include "base/fd.h"
#include "dns/dns.h"
#include "proxy/access_log.h"
#include "proxy/company.h"
#include "proxy/envoy.h"
#include "proxy/lifecycle.h"
#include "proxy/traffic_metrics.h"
#include "relay/relay.h"
#include "serve/moment.h"
#include "serve/resident.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    COMPANY_MS = 1000, /* how often the pod's other processes are looked for */
    ALIVE_MS = 1000,   /* a worker that has not looked at its sockets for so long hangs */
};

struct agent {
    const struct proxy_settings *settings;
    const char *version;
    const struct log *log;
    struct access_log *access_log; /* NULL: none is wanted */
    struct relay *relay;           /* NULL: another engine, or nothing is captured */
    struct relay_tls *tls;         /* NULL: nothing is to be protected */
    struct envoy envoy;            /* of the other engine */
    int status_code;               /* to end with */
    struct dns *dns;               /* NULL: none is wanted */
    struct status_server *status;
    struct lifecycle lifecycle;
    int signals, requests;    /* descriptors: what the process and the status server are asked for */
    int64_t company_seen_ms;  /* when the pod had other processes; 0: never */
    int64_t company_until_ms; /* when to look again */
    /* Set by the status server's threads. */
    atomic_bool is_drain_asked, is_quit_asked;
    _Atomic(const char *) lack; /* set by workers, which must not wait for a log: what they have no more of */
    /* Read by them. */
    atomic_bool is_started, is_leaving;
};

/* ---- what others ask ---- */

static void request_wake(const struct agent *agent)
{
    const uint64_t one = 1;
    /* It only fails when it has been raised already. */
    if (write(agent->requests, &one, sizeof one) < 0)
        return;
}

static void request_raise(struct agent *agent, atomic_bool *flag)
{
    atomic_store(flag, true);
    request_wake(agent);
}

static void connections_overflowed(void *context, const char *lack)
{
    struct agent *agent = context;
    atomic_store(&agent->lack, lack);
    request_wake(agent);
}

static void drain_ask(void *context)
{
    struct agent *agent = context;
    request_raise(agent, &agent->is_drain_asked);
}

static void quit_ask(void *context)
{
    struct agent *agent = context;
    request_raise(agent, &agent->is_quit_asked);
}

static const char *not_ready(void *context)
{
    struct agent *agent = context;
    if (atomic_load(&agent->is_leaving))
        return "the proxy is ending";
    if (!atomic_load(&agent->is_started))
        return "the proxy is starting";
    if (agent->relay && !relay_is_alive(agent->relay, ALIVE_MS))
        return "a worker hangs";
    struct relay_tls_state tls = {.is_ready = true};
    if (agent->tls)
        relay_tls_look(agent->tls, &tls);
    if (!tls.is_ready)
        return "there is no workload certificate yet";
    return agent->settings->engine == PROXY_ENVOY ? envoy_not_ready(&agent->envoy) : NULL;
}

static void metrics_ask(void *context, struct buffer *out)
{
    struct agent *agent = context;
    struct relay_totals relay;
    struct dns_totals dns;
    struct traffic_facts facts = {.settings = agent->settings,
                                  .version = agent->version,
                                  .relay = agent->relay ? &relay : NULL,
                                  .dns = agent->dns ? &dns : NULL,
                                  .tls = agent->tls,
                                  .is_ready = !not_ready(agent)};
    if (agent->relay)
        relay_total(agent->relay, &relay);
    if (agent->dns)
        dns_total(agent->dns, &dns);
    if (agent->access_log)
        access_log_total(agent->access_log, &facts.log_lines, &facts.log_lost);
    traffic_metrics_print(out, &facts);
}

/* ---- signals ---- */

static const int heard[] = {SIGTERM, SIGINT, SIGCHLD, SIGUSR1};

static bool signals_open(struct agent *agent, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LENGTH(heard); i++)
        sigaddset(&set, heard[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    agent->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    agent->requests = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return (agent->signals >= 0 && agent->requests >= 0) || error_errno(error, "cannot listen for signals");
}

/* As the first process of a container it is the parent of all that lost theirs. */
static void children_reap(struct agent *agent)
{
    int wait_status;
    for (pid_t process; (process = waitpid(-1, &wait_status, WNOHANG)) > 0;) {
        if (!envoy_ended(&agent->envoy, process, wait_status, &agent->status_code))
            continue;
        log_message(agent->log, agent->status_code ? LOG_ERROR : LOG_INFO, "engine-ended", "Envoy, exit status %d",
                    agent->status_code);
        lifecycle_end(&agent->lifecycle, LIFECYCLE_ENGINE_ENDED);
    }
}

/* Envoy tells its HTTP clients to go elsewhere. The built-in engine knows nothing of HTTP. */
static void engine_drain(struct agent *agent)
{
    struct error error;
    if (agent->settings->engine == PROXY_ENVOY && !envoy_drain(&agent->envoy, &error))
        log_error(agent->log, LOG_WARNING, "drain", &error);
}

static void requests_hear(struct agent *agent)
{
    uint64_t count;
    if (read(agent->requests, &count, sizeof count) < 0)
        return;
    if (atomic_exchange(&agent->is_drain_asked, false)) {
        log_message(agent->log, LOG_INFO, "drain", "asked for by a request");
        bool is_first = lifecycle_is_ready(&agent->lifecycle);
        lifecycle_drain(&agent->lifecycle, moment_steady_ms());
        if (is_first)
            engine_drain(agent);
    }
    const char *lack = atomic_exchange(&agent->lack, NULL);
    if (lack)
        log_message(agent->log, LOG_WARNING, "overflow", "connections are reset or have to wait: %s", lack);
    if (atomic_exchange(&agent->is_quit_asked, false))
        lifecycle_end(&agent->lifecycle, LIFECYCLE_QUIT);
}

static void end_hear(struct agent *agent, int signal)
{
    log_message(agent->log, LOG_INFO, "signal", "%s", strsignal(signal));
    bool is_first = lifecycle_is_ready(&agent->lifecycle);
    lifecycle_signal(&agent->lifecycle, moment_steady_ms());
    if (is_first)
        engine_drain(agent);
}

static void signals_hear(struct agent *agent)
{
    struct signalfd_siginfo signal;
    while (read(agent->signals, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGCHLD)
            children_reap(agent);
        else if (signal.ssi_signo != SIGUSR1)
            end_hear(agent, (int)signal.ssi_signo);
        else if (agent->access_log)
            access_log_reopen(agent->access_log);
        else
            envoy_signal(&agent->envoy, SIGUSR1);
    }
}

/* ---- the run ---- */

static void traffic_look(struct agent *agent, int64_t now_ms, struct lifecycle_traffic *ret)
{
    struct relay_totals totals;
    struct error error;
    *ret = (struct lifecycle_traffic){0};
    if (agent->settings->engine == PROXY_ENVOY && !envoy_traffic(&agent->envoy, now_ms, ret, &error))
        log_error(agent->log, LOG_WARNING, "traffic", &error);
    if (!agent->relay)
        return;
    relay_total(agent->relay, &totals);
    ret->inbound_active = totals.active[RELAY_INBOUND];
    for (size_t route = 0; route < RELAY_ROUTES; route++) {
        for (size_t security = 0; security < RELAY_SECURITIES; security++) {
            const struct relay_count *count = &totals.counts[RELAY_OUTBOUND][route][security];
            ret->outbound_moved += count->opened + count->received + count->sent;
        }
    }
}

/* Whether the pod has been left alone. Twice in a row: between two containers there may be nobody for a moment. */
static void company_check(struct agent *agent, int64_t now_ms)
{
    if (!agent->settings->lifecycle.exits_with_pod || now_ms < agent->company_until_ms)
        return;
    agent->company_until_ms = now_ms + COMPANY_MS;
    if (company_look())
        agent->company_seen_ms = now_ms;
    else if (agent->company_seen_ms && now_ms - agent->company_seen_ms > 3 * COMPANY_MS / 2)
        lifecycle_end(&agent->lifecycle, LIFECYCLE_POD_GONE);
}

static void run(struct agent *agent)
{
    for (;;) {
        struct lifecycle_traffic traffic = {0};
        int64_t now_ms = moment_steady_ms();
        company_check(agent, now_ms);
        if (agent->lifecycle.phase == LIFECYCLE_DRAINING)
            traffic_look(agent, now_ms, &traffic);
        int64_t wait_ms = lifecycle_step(&agent->lifecycle, now_ms, &traffic);
        if (agent->lifecycle.phase == LIFECYCLE_ENDED)
            break;
        if (agent->settings->lifecycle.exits_with_pod && (wait_ms < 0 || wait_ms > COMPANY_MS))
            wait_ms = COMPANY_MS;
        atomic_store(&agent->is_leaving, !lifecycle_is_ready(&agent->lifecycle));
        struct pollfd polled[] = {{.fd = agent->signals, .events = POLLIN}, {.fd = agent->requests, .events = POLLIN}};
        if (poll(polled, ARRAY_LENGTH(polled), (int)wait_ms) <= 0)
            continue;
        signals_hear(agent);
        requests_hear(agent);
        atomic_store(&agent->is_leaving, !lifecycle_is_ready(&agent->lifecycle));
    }
    log_message(agent->log, LOG_INFO, "end", "%s", lifecycle_reason_text(agent->lifecycle.reason));
}

/* ---- start and end ---- */

static void connection_ended(void *context, const struct relay_summary *summary)
{
    const struct agent *agent = context;
    access_log_connection(agent->access_log, summary);
}

static void tls_reported(void *context, enum relay_tls_report report, const struct error *error)
{
    const struct agent *agent = context;
    if (report == RELAY_TLS_LOADED)
        log_message(agent->log, LOG_INFO, "certificate", "%s is in force", agent->settings->tls.chain);
    else
        log_error(agent->log, LOG_WARNING, "certificate", error);
}

static void name_answered(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds)
{
    const struct agent *agent = context;
    relay_tls_name_seen(agent->tls, name, family, address, seconds);
}

/* The sockets that clients find closed otherwise come first; everything else may take its time. */
static bool engine_begin(struct agent *agent, struct error *error)
{
    struct relay_settings relay = agent->settings->relay;
    bool has_log = agent->settings->access_log.file.length > 0;
    relay.ended = has_log ? connection_ended : NULL;
    relay.overflowed = connections_overflowed;
    relay.context = agent;
    if (agent->settings->engine == PROXY_ENVOY)
        return envoy_start(&agent->envoy, agent->settings, error);
    if (!relay.outbound_port && !relay.inbound_port)
        return true;
    if (agent->settings->has_tls) {
        struct relay_tls_settings tls = agent->settings->tls;
        tls.reported = tls_reported;
        tls.context = agent;
        relay.tls = agent->tls = relay_tls_new(&tls);
    }
    return relay_open(&relay, &agent->relay, error) &&
           (!has_log || access_log_start(&agent->settings->access_log, &agent->access_log, error)) &&
           relay_start(agent->relay, error) && (!agent->tls || relay_tls_start(agent->tls, agent->relay, error));
}

static bool dns_begin(struct agent *agent, struct error *error)
{
    const struct proxy_dns *dns = &agent->settings->dns;
    const struct dns_settings settings = {.address = dns->address.bytes,
                                          .resolv_conf = "/etc/resolv.conf",
                                          .is_parallel = dns->is_parallel,
                                          .timeout_ms = (unsigned)dns->timeout_ms,
                                          .answered = agent->tls ? name_answered : NULL,
                                          .context = agent};
    return !dns->is_enabled || dns_start(&settings, &agent->dns, error) || error_wrap(error, "DNS proxy");
}

static bool status_begin(struct agent *agent, struct error *error)
{
    struct status_settings status = agent->settings->status;
    status.log = agent->log;
    status.context = agent;
    status.not_ready = not_ready;
    status.metrics = metrics_ask;
    status.drain = drain_ask;
    status.quit = quit_ask;
    return status_server_start(&status, &agent->status, error);
}

static void started_tell(const struct agent *agent)
{
    unsigned threads = agent->settings->relay.workers;
    if (agent->relay)
        log_message(agent->log, LOG_INFO, "started", "%u thread%s bytes", threads,
                    threads == 1 ? " carries" : "s carry");
    else
        log_message(agent->log, LOG_INFO, "started",
                    agent->settings->engine == PROXY_ENVOY ? "Envoy carries bytes" : "nothing is captured (mode NONE)");
}

static bool begin(struct agent *agent, struct error *error)
{
    if (!signals_open(agent, error) || !engine_begin(agent, error) || !dns_begin(agent, error) ||
        !status_begin(agent, error))
        return false;
    resident_trim();
    atomic_store(&agent->is_started, true);
    started_tell(agent);
    return true;
}

/* Nobody asks any more before what is asked about goes; the access log has the lines of the connections that end here.
 */
static void end(struct agent *agent)
{
    status_server_stop(agent->status);
    dns_stop(agent->dns);
    envoy_stop(&agent->envoy);
    relay_tls_stop(agent->tls);
    relay_stop(agent->relay);
    relay_tls_free(agent->tls);
    access_log_stop(agent->access_log);
    fd_close(&agent->signals);
    fd_close(&agent->requests);
}

bool proxy_run(const struct proxy_settings *settings, const char *version, const struct log *log, int *ret_status,
               struct error *error)
{
    struct agent agent = {.settings = settings, .version = version, .log = log, .signals = -1, .requests = -1};
    lifecycle_init(&agent.lifecycle, &settings->lifecycle);
    bool started = begin(&agent, error);
    if (started)
        run(&agent);
    end(&agent);
    *ret_status = agent.status_code;
    return started;
}
