/* attribute.h - the compiler's promises, by the names the rest of the code uses. */
#pragma once

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(format_argument, first_argument) __attribute__((__format__(__printf__, format_argument, first_argument)))
#define NORETURN __attribute__((noreturn))
#define _cleanup_(function) __attribute__((cleanup(function)))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof *(array))
