/* run.h - within the room: the state of a play. */
#pragma once
#include "play/attempt.h"
#include "play/connection.h"
#include "play/line.h"
#include "play/play.h"

enum { PLAY_RESTARTS_MAX = 5, PLAY_QUICK_MS = 20, PLAY_AGAIN_MAX_MS = 10000 };

enum play_state { PLAY_WAITING, PLAY_RUNNING, PLAY_ENDED };

struct play_probe_run {
    struct play_attempt attempt;
    int64_t next_ms, counted_ms; /* when to ask again; when a failure last counted */
    int64_t pause_ms;            /* of the time before it has passed */
    int64_t successes, failures;
    bool has_passed;
};

struct play_pod_run;
struct play_container_run {
    const struct play_container *plan;
    struct play_pod_run *pod;
    size_t number;
    enum play_state state;
    struct play_process process;
    struct play_lines streams[2]; /* output, errors */
    int write_end;                /* of the output, for what probes and hooks print */
    int64_t started_ms, again_ms; /* again_ms: when it is started anew */
    int64_t ready_ms;
    size_t restarts;
    int code;
    bool is_started; /* by its startup probe */
    bool is_ready;
    bool was_shown_ready;
    struct play_probe_run probes[PLAY_PROBES];
    struct play_attempt hook;                  /* postStart or preStop */
    bool hook_is_done, is_stopping, was_asked; /* was_asked: it got its SIGTERM */
    uint64_t resident_kb, private_kb;
};

struct play_pod_run {
    const struct play_pod *plan;
    struct play_run *run;
    size_t number;
    struct play_sandbox sandbox;
    struct play_container_run *containers;
    size_t next; /* the first that was not started yet */
    bool is_ready, is_over, is_stopping, has_failed, is_held;
    int64_t stop_ms, kill_ms;
    bool was_asked_to_quit;
    struct slice hosts;
    /* For traces. */
    struct arena rules_arena;
    struct ruleset rules;
    struct network address;
};

struct play_run {
    const struct play_plan *plan;
    const struct play_settings *settings;
    struct play_summary *summary;
    struct play_pod_run *pods;
    struct play_host_mounts mounts;
    int node, signals;
    int64_t start_ms, now_ms, wake_ms;
    /* Once latency has been measured: connections from this pod to that Service and its pod are ours. */
    const struct play_pod_run *measured_from, *measured_to;
    bool are_services_stale;
    bool is_failed; /* `error` says why */
    struct error error;
    struct arena scratch; /* for one step */
};

int64_t play_clock_ms(void);
/* "at the latest at that time there is something to do". */
void play_wake(struct play_run *run, int64_t at_ms);
/* Tells the observer; `container` may be NULL, and `pod`, too. */
void play_say(struct play_run *run, enum play_tone tone, const struct play_pod_run *pod,
              const struct play_container_run *container, const char *format, ...) PRINTF(5, 6);
/* Ends the play: what is wrong will not go away. Takes the error over. */
void play_fail(struct play_pod_run *pod, const struct play_container_run *container, const struct error *error);

/* pod_run.c: brings a pod forward, as far as it goes now. */
void play_pod_step(struct play_pod_run *pod);
void play_pod_done(struct play_pod_run *pod);
/* Its programs shall end: apps first, then what serves them. */
void play_pod_stop(struct play_pod_run *pod);

/* container_run.c */
void play_container_start(struct play_container_run *container);
/* Looks after its process, hook and probes. */
void play_container_step(struct play_container_run *container);
/* SIGTERM, after its preStop hook. */
void play_container_stop(struct play_container_run *container);
void play_container_done(struct play_container_run *container);
bool play_container_is_over(const struct play_container_run *container);
/* Reads what it has printed. */
void play_container_listen(struct play_container_run *container);

/* proxy_run.c: what there is to know of sidecars. */
/* The rules of its network namespace, once they are there: tells of them, and keeps them for traces. */
void play_rules_look(struct play_pod_run *pod);
void play_proxy_line(struct play_container_run *container, struct slice line);
void play_proxy_memory_look(struct play_container_run *container);
/* POST /quitquitquit, as scripts at the end of Jobs do it. */
void play_proxy_quit(struct play_pod_run *pod);

/* measure.c: asks the first Service that another pod can ask, through and past that pod's proxy. */
void play_measure(struct play_run *run);
