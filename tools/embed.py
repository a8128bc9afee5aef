#!/usr/bin/env python3
"""Writes text files as C strings: embed.py OUT.c NAME=FILE..."""
import sys


def literal(line):
    out = []
    for byte in line:
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif 32 <= byte < 127 and char != "?":
            out.append(char)
        else:
            out.append("\\%03o" % byte)
    return '"' + "".join(out) + '"'


def main():
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("/* Made by tools/embed.py: do not edit. */\n")
        for pair in sys.argv[2:]:
            name, file = pair.split("=", 1)
            with open(file, "rb") as source:
                lines = source.read().splitlines(keepends=True)
            out.write(f"extern const char {name}[];\nconst char {name}[] =\n")
            out.write("\n".join("    " + literal(line) for line in lines) + ";\n")


main()
