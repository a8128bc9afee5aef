/* moment.h - points in time: the steady clock for durations and deadlines, the calendar for certificates and logs. */
#pragma once
#include <stdint.h>
#include <time.h>

/* Nanoseconds since some moment in the past; never goes back. */
static inline int64_t moment_steady_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}
static inline int64_t moment_steady_ms(void)
{
    return moment_steady_ns() / 1000000;
}
/* Seconds since 1970. */
static inline int64_t moment_calendar_seconds(void)
{
    return (int64_t)time(NULL);
}
