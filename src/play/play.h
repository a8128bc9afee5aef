/* play.h - a kubelet for one manifest and no cluster: runs a plan's pods as namespaces and processes of this host, and
 * takes them down again. Nothing of it is on the host's own network or in its files: everything lives in namespaces
 * that end with this program, however it ends. */
#pragma once
#include "play/plan.h"

enum play_tone {
    PLAY_TONE_STATE,      /* something goes on as it should */
    PLAY_TONE_GOOD,       /* something is there that was waited for */
    PLAY_TONE_BAD,        /* something is wrong */
    PLAY_TONE_OUTPUT,     /* a line that a container printed */
    PLAY_TONE_CONNECTION, /* a connection that a proxy has carried */
    PLAY_TONE_RULES,      /* the rules that it met */
};
/* What has happened; texts are safe for a terminal and alive during the call. */
struct play_event {
    enum play_tone tone;
    int64_t at_ms;               /* since the start */
    struct slice pod, container; /* empty where it is about neither */
    struct slice text;
};
typedef void play_observer(void *context, const struct play_event *event);

struct play_settings {
    bool until_done;  /* end when all pods that end have ended */
    bool traces;      /* connections are told of, with their rules */
    int64_t limit_s;  /* 0: none */
    int64_t grace_s;  /* at most so long programs may take to end; less where the pod says so */
    const char *path; /* as $PATH */
    char *const *environment;
    play_observer *observe;
    void *context;
};

struct play_proxy_memory {
    struct slice pod;
    uint64_t resident_kb, private_kb; /* 0: not known */
    int64_t ready_ms;                 /* from the start of the process to the first time it was ready; -1: never */
};
struct play_summary {
    struct play_proxy_memory *proxies; /* in the plan's arena */
    size_t proxy_count;
    uint64_t outbound, inbound, refused, bytes; /* connections, and bytes of outbound ones, both ways */
    int64_t through_us, past_us; /* medians of a request to a Service through the client's proxy, and past it; -1 */
    size_t rounds;
    struct slice from, to; /* which ones were asked */
    size_t failed;         /* pods that were to end well and did not, and containers that did not stay */
    bool is_late;          /* the time was up before all had ended */
};

/* Plays until everything has ended, the time is up, or SIGINT, SIGTERM or SIGHUP comes; in the end nothing is left.
 * Needs root. This process gets a mount namespace of its own, and its signals are blocked from then on. Errors: what
 * the system refused, or a container that cannot be run. The summary is filled in either case, as far as it is known.
 */
MUST_CHECK bool play_run(const struct play_plan *plan, const struct play_settings *settings,
                         struct play_summary *ret_summary, struct error *error);
