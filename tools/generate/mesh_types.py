#!/usr/bin/env python3
"""Writes src/kube/mesh_types.{c,h} from the descriptors of Istio's mesh configuration.

    tools/generate/mesh_types.py meshconfig-schema.json src/kube

The schema is {"defaults": {...}, "enums": {NAME: [{name, number}]}, "messages": {NAME: [{name, json, type, repeated,
map: [key, value], oneof}]}}, as protobuf's descriptors have it. mesh-1.0.json beside this script is the same for
Istio 1.0, whose templates are still around.
"""

import json
import pathlib
import sys

from tables import Field, Tables, c_string

HERE = pathlib.Path(__file__).parent
SCALARS = {
    "bool": ("BOOL", "a boolean"), "int32": ("INT32", "a 32-bit integer"), "int64": ("INT64", "a 64-bit integer"),
    "uint32": ("UINT32", "a 32-bit integer without sign"), "uint64": ("UINT64", "a 64-bit integer without sign"),
    "double": ("FLOAT64", "a number"), "string": ("STRING", "a string"), "bytes": ("BYTES", "base64 text"),
    "google.protobuf.Duration": ("DURATION", "a duration"),
    "google.protobuf.Struct": ("ANY", "anything"), "google.protobuf.Value": ("ANY", "anything"),
}
WRAPPERS = {"google.protobuf.BoolValue": "bool", "google.protobuf.Int32Value": "int32",
            "google.protobuf.Int64Value": "int64", "google.protobuf.UInt32Value": "uint32",
            "google.protobuf.UInt64Value": "uint64", "google.protobuf.StringValue": "string",
            "google.protobuf.DoubleValue": "double"}


def go_name(proto_name):
    """protoc-gen-go's camel case."""
    out = ""
    for at, letter in enumerate(proto_name):
        following = proto_name[at + 1:at + 2]
        if letter == "_" and at > 0 and following.islower():
            continue
        if letter.isalpha() and letter.islower():
            before = proto_name[at - 1:at]
            out += letter if at and before.isalpha() else letter.upper()
        elif letter == "_" and at == 0:
            out += "X"
        else:
            out += letter
    return out


def json_lines(value):
    """A JSON object as C string literals, a line a key."""
    members = ["%s:%s" % (json.dumps(key), json.dumps(inner, separators=(",", ":"))) for key, inner in value.items()]
    return ["    " + c_string("{" if not at else ",") + " " + c_string(member) for at, member in enumerate(members)] + [
        '    "}"']


class Generator:
    def __init__(self, tables, schema, prefix):
        self.tables = tables
        self.schema = schema
        self.prefix = prefix

    def c_name(self, name):
        return self.prefix + "".join(part + "_" for part in name.split(".") if part[0].isupper())[:-1]

    def message(self, name):
        c_name = self.c_name(name)
        if c_name not in self.tables.exported:
            self.tables.struct(c_name, name, [], True)
            fields = [self.field(field) for field in self.schema["messages"][name] or []]
            self.tables.struct(c_name, name, fields, True)
        assert self.tables.exported[c_name][0] == name, "two messages are called " + c_name
        return c_name

    def field(self, field):
        flags = ["OMIT_EMPTY"]
        if "map" in field:
            type_name = self.container("MAP", "an object of ", field["map"][1])
        elif field.get("repeated"):
            type_name = self.container("LIST", "a list of ", field["type"])
        else:
            type_name = self.type_of(field["type"])
            if field["type"] in self.schema["messages"] or field["type"].startswith("google.protobuf."):
                flags.append("POINTER")
        if "oneof" in field:
            flags.append("ONE_OF")
        return Field(field["json"], go_name(field["name"]), type_name, flags)

    def type_of(self, name):
        if name in SCALARS:
            return self.tables.scalar(*SCALARS[name])
        if name in WRAPPERS:
            of = SCALARS[WRAPPERS[name]]
            return self.tables.container("WRAPPER", self.tables.scalar(*of), of[1])
        if name in self.schema["enums"]:
            values = [(value["name"], value["number"]) for value in self.schema["enums"][name]]
            return self.tables.enum(self.c_name(name), name, values)
        return self.message(name)

    def container(self, kind, words, of):
        element = self.type_of(of)
        if element in self.tables.scalars:
            noun = self.tables.scalars[element][1].split(" ", 1)[-1] + "s"
        else:
            noun = of.rsplit(".", 1)[-1]
        return self.tables.container(kind, element, words + noun)


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    old = json.loads((HERE / "mesh-1.0.json").read_text())
    folder = pathlib.Path(sys.argv[2])
    tables = Tables()
    Generator(tables, schema, "mesh_type_").message("istio.mesh.v1alpha1.MeshConfig")
    Generator(tables, old, "mesh_1_0_type_").message("istio.mesh.v1alpha1.MeshConfig")
    defaults = [("mesh_defaults_json", schema["defaults"]), ("mesh_1_0_defaults_json", old["defaults"])]
    (folder / "mesh_types.h").write_text("\n".join([
        "/* mesh_types.h - Istio's mesh configuration (MeshConfig, and ProxyConfig as its defaultConfig) as tables,",
        " * today's and Istio 1.0's. Written by tools/generate/mesh_types.py: do not edit. */",
        "#pragma once", '#include "tree/type.h"', "",
        "/* What holds where a configuration says nothing: MeshConfig as JSON. */",
        *("extern const struct slice %s;" % name for name, _ in defaults), "", *tables.header_lines(), ""]))
    (folder / "mesh_types.c").write_text("\n".join([
        "/* Written by tools/generate/mesh_types.py: do not edit. */", '#include "kube/mesh_types.h"', "",
        *("const struct slice %s = SLICE_CONSTANT(\n%s);" % (name, "\n".join(json_lines(value)))
          for name, value in defaults),
        *tables.source_lines(), ""]))


if __name__ == "__main__":
    main()
