#include "base/number.h"
#include "template/container.h"
#include "template/date.h"
#include "template/date_layout.h"
#include "template/function.h"

/* sprig's dates, and the methods of Go's times and durations. The clock comes in with the run; all zones are UTC. */

static bool give(struct template_value *ret, struct slice text)
{
    *ret = template_from_string(text);
    return true;
}

static bool give_time(struct call *call, int64_t seconds, int64_t nanoseconds, struct template_value *ret)
{
    struct template_time *time = arena_new(call->execution->arena, struct template_time, 1);
    int64_t carry = nanoseconds / 1000000000 - (nanoseconds % 1000000000 < 0);
    time->seconds = (int64_t)((uint64_t)seconds + (uint64_t)carry);
    time->nanoseconds = (int32_t)(nanoseconds - carry * 1000000000);
    *ret = (struct template_value){.kind = TEMPLATE_TIME, .time = time};
    return true;
}

static const struct template_time zero_time = {.seconds = -62135596800, .is_zero_value = true};

static struct template_time now(const struct call *call)
{
    const struct template_run *run = call->execution->run;
    execution_note_more(call->execution);
    return (struct template_time){.seconds = run->now_seconds, .nanoseconds = (int32_t)run->now_nanoseconds};
}

/* A time, or a number of seconds since 1970; anything else means now. */
static struct template_time time_of(const struct call *call, size_t at, bool takes_int32)
{
    const struct template_value *value = &call->arguments[at];
    if (value->kind == TEMPLATE_TIME)
        return *value->time;
    bool seconds = value->kind == TEMPLATE_INT || value->kind == TEMPLATE_INT64 ||
                   (takes_int32 && value->kind == TEMPLATE_INT32);
    return seconds ? (struct template_time){.seconds = value->integer} : now(call);
}

static bool call_now(struct call *call, struct template_value *ret)
{
    struct template_time time = now(call);
    return give_time(call, time.seconds, time.nanoseconds, ret);
}

static bool give_formatted(struct call *call, struct slice layout, struct template_time time,
                           struct template_value *ret)
{
    /* Beyond the years that Go can print, too, there is nothing sensible to say. */
    if (time.seconds > 900000000000000 || time.seconds < -900000000000000)
        return call_fail(call, "a date out of range");
    size_t begin = scratch_begin(call->execution);
    date_layout_print(&call->execution->scratch, &time, layout);
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_date(struct call *call, struct template_value *ret)
{
    return give_formatted(call, call->arguments[0].string, time_of(call, 1, true), ret);
}

static bool call_html_date(struct call *call, struct template_value *ret)
{
    return give_formatted(call, SLICE("2006-01-02"), time_of(call, 0, true), ret);
}

static bool call_date_modify(struct call *call, struct template_value *ret)
{
    int64_t change;
    *ret = call->arguments[1];
    if (!date_read_duration(call->arguments[0].string, &change))
        return true;
    return give_time(call, ret->time->seconds + change / 1000000000, ret->time->nanoseconds + change % 1000000000, ret);
}

static bool call_must_date_modify(struct call *call, struct template_value *ret)
{
    int64_t change;
    if (!date_read_duration(call->arguments[0].string, &change))
        return call_fail(call, "time: invalid duration \"%.*s\"", SLICE_ARGS(call->arguments[0].string));
    return call_date_modify(call, ret);
}

static bool call_to_date(struct call *call, struct template_value *ret)
{
    struct template_time time;
    if (date_layout_read(call->arguments[1].string, call->arguments[0].string, &time))
        return give_time(call, time.seconds, time.nanoseconds, ret);
    *ret = (struct template_value){.kind = TEMPLATE_TIME, .time = &zero_time};
    return true;
}

static bool call_must_to_date(struct call *call, struct template_value *ret)
{
    struct template_time time;
    if (!date_layout_read(call->arguments[1].string, call->arguments[0].string, &time))
        return call_fail(call, "parsing time \"%.*s\" as \"%.*s\": it does not fit",
                         SLICE_ARGS(call->arguments[1].string), SLICE_ARGS(call->arguments[0].string));
    return give_time(call, time.seconds, time.nanoseconds, ret);
}

static bool call_unix_epoch(struct call *call, struct template_value *ret)
{
    return give(ret, arena_format(call->execution->arena, "%lld", (long long)call->arguments[0].time->seconds));
}

/* ---- durations ---- */

static bool give_duration_text(struct call *call, int64_t nanoseconds, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    date_print_duration(&call->execution->scratch, nanoseconds);
    return scratch_end_value(call->execution, begin, ret);
}

/* now - time, in nanoseconds, as far as these reach. */
static int64_t since(const struct call *call, struct template_time time)
{
    struct template_time current = now(call);
    int64_t seconds, result;
    if (__builtin_sub_overflow(current.seconds, time.seconds, &seconds) ||
        __builtin_mul_overflow(seconds, (int64_t)1000000000, &result) ||
        __builtin_add_overflow(result, (int64_t)(current.nanoseconds - time.nanoseconds), &result))
        return current.seconds > time.seconds ? INT64_MAX : INT64_MIN;
    return result;
}

static bool call_ago(struct call *call, struct template_value *ret)
{
    int64_t passed = since(call, time_of(call, 0, false)), rest = passed % 1000000000;
    passed -= rest; /* to the nearest second, halves away from zero */
    if (rest >= 500000000 && passed < INT64_MAX - 1000000000)
        passed += 1000000000;
    else if (rest <= -500000000 && passed > INT64_MIN + 1000000000)
        passed -= 1000000000;
    return give_duration_text(call, passed, ret);
}

static bool call_duration(struct call *call, struct template_value *ret)
{
    const struct template_value *value = &call->arguments[0];
    int64_t seconds = 0;
    if (value->kind == TEMPLATE_INT64)
        seconds = value->integer;
    else if (value->kind == TEMPLATE_STRING && !number_parse_i64(value->string, &seconds))
        seconds = 0;
    return give_duration_text(call, (int64_t)((uint64_t)seconds * 1000000000u), ret);
}

static bool call_duration_round(struct call *call, struct template_value *ret)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{365 * 86400, "y"}, {30 * 86400, "mo"}, {86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
    const struct template_value *value = &call->arguments[0];
    int64_t nanoseconds = 0;
    if (value->kind == TEMPLATE_INT64)
        nanoseconds = value->integer;
    else if (value->kind == TEMPLATE_TIME)
        nanoseconds = since(call, *value->time);
    else if (value->kind == TEMPLATE_STRING && !date_read_duration(value->string, &nanoseconds))
        nanoseconds = 0;
    uint64_t size = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++)
        if (size > units[i].seconds * 1000000000u)
            return give(ret,
                        arena_format(call->execution->arena, "%llu%s",
                                     (unsigned long long)(size / (units[i].seconds * 1000000000u)), units[i].name));
    return give(ret, SLICE("0s"));
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("ago"), call_ago, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("date"), call_date, 0, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("dateInZone"), call_date, 0, 3, {TAKES_STRING, TAKES_ANY, TAKES_STRING}},
    {SLICE_CONSTANT("dateModify"), call_date_modify, 0, 2, {TAKES_STRING, TAKES_TIME}},
    {SLICE_CONSTANT("date_in_zone"), call_date, 0, 3, {TAKES_STRING, TAKES_ANY, TAKES_STRING}},
    {SLICE_CONSTANT("date_modify"), call_date_modify, 0, 2, {TAKES_STRING, TAKES_TIME}},
    {SLICE_CONSTANT("duration"), call_duration, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("durationRound"), call_duration_round, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("htmlDate"), call_html_date, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("htmlDateInZone"), call_html_date, 0, 2, {TAKES_ANY, TAKES_STRING}},
    {SLICE_CONSTANT("mustDateModify"), call_must_date_modify, 0, 2, {TAKES_STRING, TAKES_TIME}},
    {SLICE_CONSTANT("mustToDate"), call_must_to_date, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("must_date_modify"), call_must_date_modify, 0, 2, {TAKES_STRING, TAKES_TIME}},
    {SLICE_CONSTANT("now"), call_now, 0, 0, {TAKES_NOTHING}},
    {SLICE_CONSTANT("toDate"), call_to_date, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("unixEpoch"), call_unix_epoch, 0, 1, {TAKES_TIME}},
};

const struct function_table functions_date = {functions, ARRAY_LENGTH(functions)};

/* ---- methods of time.Time; the time is the first argument ---- */

static bool give_int(struct template_value *ret, int64_t value)
{
    *ret = template_from_int(value);
    return true;
}

static struct date_civil civil_of(const struct call *call)
{
    return date_civil_from(call->arguments[0].time->seconds);
}

static bool time_format(struct call *call, struct template_value *ret)
{
    return give_formatted(call, call->arguments[1].string, *call->arguments[0].time, ret);
}

static bool time_string(struct call *call, struct template_value *ret)
{
    return give_formatted(call, SLICE("2006-01-02 15:04:05.999999999 -0700 MST"), *call->arguments[0].time, ret);
}

static bool time_unix(struct call *call, struct template_value *ret)
{
    *ret = template_from_int64(call->arguments[0].time->seconds);
    return true;
}

static bool time_unix_nano(struct call *call, struct template_value *ret)
{
    const struct template_time *time = call->arguments[0].time;
    *ret = template_from_int64((int64_t)((uint64_t)time->seconds * 1000000000u + (uint64_t)time->nanoseconds));
    return true;
}

static bool time_unix_milli(struct call *call, struct template_value *ret)
{
    const struct template_time *time = call->arguments[0].time;
    *ret = template_from_int64((int64_t)((uint64_t)time->seconds * 1000u) + time->nanoseconds / 1000000);
    return true;
}

static bool time_year(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).year);
}

/* Go's Month prints its name. */
static bool time_month(struct call *call, struct template_value *ret)
{
    return give(ret, slice_from(date_month_names[civil_of(call).month - 1]));
}

static bool time_weekday(struct call *call, struct template_value *ret)
{
    return give(ret, slice_from(date_day_names[civil_of(call).weekday]));
}

static bool time_day(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).day);
}

static bool time_hour(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).hour);
}

static bool time_minute(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).minute);
}

static bool time_second(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).second);
}

static bool time_nanosecond(struct call *call, struct template_value *ret)
{
    return give_int(ret, call->arguments[0].time->nanoseconds);
}

static bool time_year_day(struct call *call, struct template_value *ret)
{
    return give_int(ret, civil_of(call).year_day);
}

static bool time_same(struct call *call, struct template_value *ret)
{
    *ret = call->arguments[0];
    return true;
}

static bool time_is_zero(struct call *call, struct template_value *ret)
{
    const struct template_time *time = call->arguments[0].time;
    *ret = template_from_bool(time->seconds == zero_time.seconds && !time->nanoseconds);
    return true;
}

static bool time_add(struct call *call, struct template_value *ret)
{
    const struct template_time *time = call->arguments[0].time;
    int64_t change = call->arguments[1].integer;
    return give_time(call, time->seconds + change / 1000000000, time->nanoseconds + change % 1000000000, ret);
}

static bool time_add_date(struct call *call, struct template_value *ret)
{
    const struct template_time *time = call->arguments[0].time;
    struct date_civil civil = civil_of(call);
    int64_t years = call->arguments[1].integer, months = call->arguments[2].integer, days = call->arguments[3].integer;
    if (years > 100000 || years < -100000 || months > 1000000 || months < -1000000 || days > 10000000 ||
        days < -10000000)
        return call_fail(call, "a date out of range");
    return give_time(call, date_seconds_from(civil.year + years, civil.month + months, civil.day + days, civil.hour,
                                             civil.minute, civil.second), time->nanoseconds, ret);
}

static int compare_times(const struct call *call)
{
    const struct template_time *a = call->arguments[0].time, *b = call->arguments[1].time;
    if (a->seconds != b->seconds)
        return a->seconds < b->seconds ? -1 : 1;
    return (a->nanoseconds > b->nanoseconds) - (a->nanoseconds < b->nanoseconds);
}

static bool time_after(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare_times(call) > 0);
    return true;
}

static bool time_before(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare_times(call) < 0);
    return true;
}

static bool time_equal(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare_times(call) == 0);
    return true;
}

static bool time_sub(struct call *call, struct template_value *ret)
{
    const struct template_time *a = call->arguments[0].time, *b = call->arguments[1].time;
    int64_t seconds, result;
    if (__builtin_sub_overflow(a->seconds, b->seconds, &seconds) ||
        __builtin_mul_overflow(seconds, (int64_t)1000000000, &result) ||
        __builtin_add_overflow(result, (int64_t)(a->nanoseconds - b->nanoseconds), &result))
        result = a->seconds > b->seconds ? INT64_MAX : INT64_MIN;
    *ret = (struct template_value){.kind = TEMPLATE_DURATION, .integer = result};
    return true;
}

static const struct template_function time_methods[] = {
    {SLICE_CONSTANT("Add"), time_add, 0, 2, {TAKES_TIME, TAKES_GO_DURATION}},
    {SLICE_CONSTANT("AddDate"), time_add_date, 0, 4, {TAKES_TIME, TAKES_INT, TAKES_INT, TAKES_INT}},
    {SLICE_CONSTANT("After"), time_after, 0, 2, {TAKES_TIME, TAKES_TIME}},
    {SLICE_CONSTANT("Before"), time_before, 0, 2, {TAKES_TIME, TAKES_TIME}},
    {SLICE_CONSTANT("Day"), time_day, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Equal"), time_equal, 0, 2, {TAKES_TIME, TAKES_TIME}},
    {SLICE_CONSTANT("Format"), time_format, 0, 2, {TAKES_TIME, TAKES_STRING}},
    {SLICE_CONSTANT("Hour"), time_hour, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("IsZero"), time_is_zero, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Local"), time_same, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Minute"), time_minute, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Month"), time_month, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Nanosecond"), time_nanosecond, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Second"), time_second, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("String"), time_string, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Sub"), time_sub, 0, 2, {TAKES_TIME, TAKES_TIME}},
    {SLICE_CONSTANT("UTC"), time_same, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Unix"), time_unix, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("UnixMilli"), time_unix_milli, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("UnixNano"), time_unix_nano, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Weekday"), time_weekday, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("Year"), time_year, 0, 1, {TAKES_TIME}},
    {SLICE_CONSTANT("YearDay"), time_year_day, 0, 1, {TAKES_TIME}},
};

const struct function_table methods_time = {time_methods, ARRAY_LENGTH(time_methods)};

/* ---- methods of time.Duration ---- */

static bool duration_string(struct call *call, struct template_value *ret)
{
    return give_duration_text(call, call->arguments[0].integer, ret);
}

static bool duration_hours(struct call *call, struct template_value *ret)
{
    *ret = template_from_double((double)call->arguments[0].integer / 3600e9);
    return true;
}

static bool duration_minutes(struct call *call, struct template_value *ret)
{
    *ret = template_from_double((double)call->arguments[0].integer / 60e9);
    return true;
}

static bool duration_seconds(struct call *call, struct template_value *ret)
{
    int64_t value = call->arguments[0].integer;
    *ret = template_from_double((double)(value / 1000000000) + (double)(value % 1000000000) / 1e9);
    return true;
}

static bool duration_milliseconds(struct call *call, struct template_value *ret)
{
    *ret = template_from_int64(call->arguments[0].integer / 1000000);
    return true;
}

static bool duration_nanoseconds(struct call *call, struct template_value *ret)
{
    *ret = template_from_int64(call->arguments[0].integer);
    return true;
}

static const struct template_function duration_methods[] = {
    {SLICE_CONSTANT("Hours"), duration_hours, 0, 1, {TAKES_GO_DURATION}},
    {SLICE_CONSTANT("Milliseconds"), duration_milliseconds, 0, 1, {TAKES_GO_DURATION}},
    {SLICE_CONSTANT("Minutes"), duration_minutes, 0, 1, {TAKES_GO_DURATION}},
    {SLICE_CONSTANT("Nanoseconds"), duration_nanoseconds, 0, 1, {TAKES_GO_DURATION}},
    {SLICE_CONSTANT("Seconds"), duration_seconds, 0, 1, {TAKES_GO_DURATION}},
    {SLICE_CONSTANT("String"), duration_string, 0, 1, {TAKES_GO_DURATION}},
};

const struct function_table methods_duration = {duration_methods, ARRAY_LENGTH(duration_methods)};
