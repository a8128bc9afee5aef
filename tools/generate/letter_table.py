#!/usr/bin/env python3
"""Writes letter_table.h: which characters Unicode calls letters, digits, printable, and their other cases."""
import unicodedata

def ranges(test):
    out, start = [], None
    for code in range(0x110001):
        inside = code < 0x110000 and test(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            out.append((start, code - 1))
            start = None
    return out

def table(name, test):
    rows = ranges(test)
    print(f"static const struct letter_range {name}[] = {{")
    for i in range(0, len(rows), 6):
        print("    " + " ".join(f"{{0x{a:x}, 0x{b:x}}}," for a, b in rows[i:i + 6]))
    print("};\n")

def single(text, code):
    return ord(text) if len(text) == 1 else code

def cases(name, change):
    """Runs of characters whose other case is the same distance away, with a step of 1 or 2."""
    pairs = [(c, d) for c in range(0x110000) if not 0xd800 <= c < 0xe000 for d in [change(c)] if d != c]
    runs = []
    for c, d in pairs:
        if runs:
            first, last, step, delta = runs[-1]
            if d - c == delta and (last == first and c - last in (1, 2) or step and c - last == step):
                runs[-1] = (first, c, c - last, delta)
                continue
        runs.append((c, c, 0, d - c))
    print(f"static const struct letter_case {name}[] = {{")
    rows = [f"{{0x{a:x}, 0x{b:x}, {s or 1}, {d}}}," for a, b, s, d in runs]
    for i in range(0, len(rows), 4):
        print("    " + " ".join(rows[i:i + 4]))
    print("};\n")

# Simple mappings, one character to one: what has only a longer mapping stays as it is.
SPECIAL_LOWER = {0x130: 0x69}

def simple(method):
    def change(code):
        text = getattr(chr(code), method)()
        return single(text, code)
    return change

def lower(code):
    return SPECIAL_LOWER.get(code) or simple("lower")(code)

def title_or_upper(method):
    # Python's str methods use the full mappings; of these the Greek letters with iota subscript have a simple one too.
    def change(code):
        text = getattr(chr(code), method)()
        if len(text) == 1:
            return ord(text)
        if 0x1f80 <= code <= 0x1faf:
            return code | 8
        return {0x1fb3: 0x1fbc, 0x1fc3: 0x1fcc, 0x1ff3: 0x1ffc}.get(code, code)
    return change

print("/* letter_table.h - Unicode", unicodedata.unidata_version, "as ranges. Written by letter_table.py: do not edit. */")
print("#pragma once\n#include \"template/letter.h\"\n")
cat = unicodedata.category
table("letters", lambda c: cat(c)[0] == "L")
table("digits", lambda c: cat(c) == "Nd")
table("numbers", lambda c: cat(c)[0] == "N")
table("printable", lambda c: c == " " or cat(c)[0] in "LMNPS")
table("uppers", lambda c: cat(c) == "Lu")
table("lowers", lambda c: cat(c) == "Ll")
cases("to_upper", title_or_upper("upper"))
cases("to_lower", lower)
cases("to_title", title_or_upper("title"))
