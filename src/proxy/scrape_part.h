/* scrape_part.h - somebody else's metrics on their way through: asked for, read, passed on line by line. */
#pragma once
#include "base/arena.h"
#include "proxy/status_reply.h"
#include "serve/http_answer.h"

struct scrape_part {
    /* Set by the owner, the rest is 0. */
    struct stream stream; /* its limits */
    struct status_reply *reply;
    struct arena *arena;          /* for what answers say */
    const struct http_head *head; /* of the request that all this is for */
    uint16_t port;
    struct slice path;
    bool is_open;    /* may answer in OpenMetrics */
    bool strips_end; /* "# EOF" is not passed on: it is not the last part */

    enum scrape_part_state {
        SCRAPE_PART_BEGUN,
        SCRAPE_PART_PASSING, /* the head is right, and the content is wanted */
        SCRAPE_PART_COMPLETE,
        SCRAPE_PART_FAILED, /* `error` says why */
    } state;
    bool is_noted, is_mid_line, is_encoded;
    struct slice location; /* of a redirection */
    struct error error;
    struct http_response response;
    struct http_answer answer;
    uint64_t passed;       /* bytes */
    struct buffer pending; /* what came with the head, before anybody wanted it */
    struct buffer line;    /* the last one, whose end has not come yet */
};

/* The steps, each for all parts before the next. One that failed stays so. */
void scrape_part_connect(struct scrape_part *part);
void scrape_part_ask(struct scrape_part *part);
/* Redirections are followed to the same port only: anywhere else is not what the pod has named. */
void scrape_part_head(struct scrape_part *part);
void scrape_part_pass(struct scrape_part *part);
void scrape_part_done(struct scrape_part *part);
