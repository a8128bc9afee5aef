#include "proxy/agent.h"
#include "base/fd.h"
#include "proxy/lifecycle.h"
#include "relay/relay.h"
#include "serve/moment.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct agent {
    const struct proxy_settings *settings;
    const struct log *log;
    struct relay *relay; /* NULL: another engine, or nothing is captured */
    struct lifecycle lifecycle;
    int signals; /* descriptor */
};

/* ---- signals ---- */

static const int heard[] = {SIGTERM, SIGINT, SIGCHLD};

static bool signals_open(struct agent *agent, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LENGTH(heard); i++)
        sigaddset(&set, heard[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    agent->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return agent->signals >= 0 || error_errno(error, "cannot listen for signals");
}

/* As the first process of a container it is the parent of all that lost theirs. */
static void children_reap(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

static void signals_hear(struct agent *agent)
{
    struct signalfd_siginfo signal;
    while (read(agent->signals, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGCHLD) {
            children_reap();
            continue;
        }
        log_message(agent->log, LOG_INFO, "signal", "%s", strsignal((int)signal.ssi_signo));
        lifecycle_signal(&agent->lifecycle, moment_steady_ms());
    }
}

/* ---- the run ---- */

static void traffic_look(const struct agent *agent, struct lifecycle_traffic *ret)
{
    struct relay_totals totals;
    *ret = (struct lifecycle_traffic){0};
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

static void run(struct agent *agent)
{
    while (agent->lifecycle.phase != LIFECYCLE_ENDED) {
        struct lifecycle_traffic traffic;
        traffic_look(agent, &traffic);
        int64_t wait = lifecycle_step(&agent->lifecycle, moment_steady_ms(), &traffic);
        struct pollfd polled = {.fd = agent->signals, .events = POLLIN};
        if (agent->lifecycle.phase != LIFECYCLE_ENDED && poll(&polled, 1, (int)wait) > 0)
            signals_hear(agent);
    }
    log_message(agent->log, LOG_INFO, "end", "%s", lifecycle_reason_text(agent->lifecycle.reason));
}

/* The sockets that clients find closed otherwise come first; everything else may take its time. */
static bool relay_begin(struct agent *agent, struct error *error)
{
    const struct relay_settings *relay = &agent->settings->relay;
    if (!relay->outbound_port && !relay->inbound_port)
        return true;
    return relay_open(relay, &agent->relay, error) && relay_start(agent->relay, error);
}

bool proxy_run(const struct proxy_settings *settings, const struct log *log, int *ret_status, struct error *error)
{
    struct agent agent = {.settings = settings, .log = log, .signals = -1};
    lifecycle_init(&agent.lifecycle, &settings->lifecycle);
    bool started = signals_open(&agent, error) && relay_begin(&agent, error);
    if (started)
        run(&agent);
    relay_stop(agent.relay);
    fd_close(&agent.signals);
    *ret_status = 0;
    return started;
}
