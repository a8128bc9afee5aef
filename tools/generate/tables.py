"""Writes struct type tables (src/tree/type.h) as C source. What both generators share."""

import re

INDEX_FROM = 5  # from this many fields on a type has hash tables


def name_hash(name):
    """type_name_hash of src/tree/type.c."""
    data = name.encode()
    length = len(data)
    return (length * 7 + data[0] * 3 + data[length // 2] * 17 + data[-1] * 5) & 0xFFFFFFFF


def hash_table(names, mask):
    table = [0] * (mask + 1)
    for place, name in enumerate(names):
        slot = name_hash(name) & mask
        while table[slot]:
            slot = (slot + 1) & mask
        table[slot] = place + 1
    return table


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class Field:
    def __init__(self, json_name, go_name, type_name, flags=(), merge_key=""):
        self.json_name = json_name
        self.go_name = go_name
        self.type_name = type_name  # the C name of its struct type
        self.flags = list(flags)
        self.merge_key = merge_key


class Tables:
    """Collects types by C name; `exported` are declared in the header, the others are static."""

    def __init__(self):
        self.exported = {}  # C name -> (name for messages, [Field], is_message)
        self.scalars = {}  # C name -> (kind, name for messages)
        self.containers = {}  # C name -> (kind, element's C name, name for messages)
        self.enums = {}  # C name -> (name for messages, [(name, number)])

    def scalar(self, kind, name):
        c_name = "type_" + kind.lower()
        self.scalars[c_name] = (kind, name)
        return c_name

    def container(self, kind, element, name):
        c_name = {"LIST": "list_of_", "MAP": "map_of_", "WRAPPER": "wrapper_of_"}[kind] + re.sub("^type_", "", element)
        self.containers[c_name] = (kind, element, name)
        return c_name

    def enum(self, c_name, name, values):
        self.enums[c_name] = (name, values)
        return c_name

    def struct(self, c_name, name, fields, is_message=False):
        self.exported[c_name] = (name, fields, is_message)
        return c_name

    def header_lines(self):
        return ["extern const struct type %s;" % name for name in sorted(self.exported)]

    def source_lines(self):
        out = []
        for c_name, (kind, name) in sorted(self.scalars.items()):
            out.append("static const struct type %s = {.kind = TYPE_%s, .name = %s};" % (c_name, kind, c_string(name)))
        for c_name, (name, values) in sorted(self.enums.items()):
            out.append("static const struct type_enum_value %s_values[] = {" % c_name)
            out += ["    {SLICE_CONSTANT(%s), %d}," % (c_string(value), number) for value, number in values]
            out.append("};")
            out.append("static const struct type %s = {.kind = TYPE_ENUM, .name = %s, .values = %s_values,"
                       " .value_count = %d};" % (c_name, c_string(name), c_name, len(values)))
        pending = sorted(self.containers)
        written = set(self.scalars) | set(self.enums) | set(self.exported)
        while pending:  # a container of containers stands behind what it holds
            ready = [c_name for c_name in pending if self.containers[c_name][1] in written]
            for c_name in ready:
                kind, element, name = self.containers[c_name]
                out.append("static const struct type %s = {.kind = TYPE_%s, .name = %s, .element = &%s};" %
                           (c_name, kind, c_string(name), element))
            written |= set(ready)
            pending = [c_name for c_name in pending if c_name not in written]
        for c_name, (name, fields, is_message) in sorted(self.exported.items()):
            out.append("")
            members = ".kind = TYPE_STRUCT, .name = " + c_string(name)
            if fields:
                out.append("static const struct type_field %s_fields[] = {" % c_name)
                out += [self.field_line(field) for field in fields]
                out.append("};")
                members += ", .fields = %s_fields, .field_count = %d" % (c_name, len(fields))
            if len(fields) >= INDEX_FROM:
                assert len(fields) < 255
                mask = 1
                while mask + 1 < 2 * len(fields):
                    mask = mask * 2 + 1
                for which in "json", "go":
                    table = hash_table([getattr(field, which + "_name") for field in fields], mask)
                    out.append("static const uint8_t %s_%s_index[] = {" % (c_name, which))
                    out += ["    " + ", ".join(map(str, table[at:at + 24])) + "," for at in range(0, len(table), 24)]
                    out.append("};")
                members += ",\n    .json_index = %s_json_index, .go_index = %s_go_index, .index_mask = %d" % (
                    c_name, c_name, mask)
            if is_message:
                members += ",\n    .is_message = true"
            out.append("const struct type %s = {\n    %s};" % (c_name, members))
        return out

    @staticmethod
    def field_line(field):
        merge_key = ""
        if field.merge_key:
            merge_key = ", .merge_key = SLICE_CONSTANT(%s)" % c_string(field.merge_key)
        flags = " | ".join("TYPE_FIELD_" + flag for flag in field.flags)
        if flags:
            flags = ", .flags = " + flags
        return "    {SLICE_CONSTANT(%s), SLICE_CONSTANT(%s), &%s%s%s}," % (
            c_string(field.json_name), c_string(field.go_name), field.type_name, merge_key, flags)
