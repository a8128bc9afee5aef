#!/usr/bin/env python3
"""Writes src/kube/types.{c,h} from what Kubernetes says about its types.

    kubectl get --raw /openapi/v2 >openapi.json
    tools/generate/kube_types.py openapi.json src/kube

Beside the OpenAPI document it reads go-facts.json (Go names, order, pointers, omitempty: see go-facts/main.go) and
more-types.json (types that the document lacks, in the document's own form) from its own folder.
"""

import json
import pathlib
import re
import sys

from tables import Field, Tables

HERE = pathlib.Path(__file__).parent
ROOTS = """
    io.k8s.api.core.v1.Pod io.k8s.api.core.v1.PodTemplateSpec io.k8s.api.core.v1.Namespace
    io.k8s.api.core.v1.ReplicationController io.k8s.api.core.v1.List
    io.k8s.api.apps.v1.Deployment io.k8s.api.apps.v1.StatefulSet io.k8s.api.apps.v1.DaemonSet
    io.k8s.api.apps.v1.ReplicaSet io.k8s.api.batch.v1.Job io.k8s.api.batch.v1.CronJob
    io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration
    com.github.openshift.api.apps.v1.DeploymentConfig
    io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
""".split()
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": ("QUANTITY", "a quantity"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": ("INT_OR_STRING", "an integer or a string"),
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": ("TIME", "a time (RFC 3339)"),
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": ("TIME", "a time (RFC 3339)"),
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": ("ANY", "anything"),
    "io.k8s.apimachinery.pkg.runtime.RawExtension": ("ANY", "anything"),
}
INTEGERS = {"int32": ("INT32", "a 32-bit integer"), "int64": ("INT64", "a 64-bit integer")}
INITIALISMS = {"api": "API", "cpu": "CPU", "dns": "DNS", "fs": "FS", "gid": "GID", "http": "HTTP", "id": "ID",
               "ip": "IP", "pid": "PID", "tcp": "TCP", "tls": "TLS", "uid": "UID", "uri": "URI", "url": "URL"}


def guessed_go_name(json_name):
    """For a field that a newer release has and go-facts.json doesn't know yet."""
    words = re.findall("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", json_name)
    return "".join(INITIALISMS.get(word.lower(), word[0].upper() + word[1:]) for word in words)


class Generator:
    def __init__(self, definitions, facts):
        self.definitions = definitions
        self.facts = facts
        self.tables = Tables()

    def reference(self, name):
        if name in SPECIAL:
            return self.tables.scalar(*SPECIAL[name])
        definition = self.definitions[name]
        if "properties" not in definition:
            return self.tables.scalar("ANY", "anything")
        c_name = "kube_type_" + name.rsplit(".", 1)[1]
        if c_name not in self.tables.exported:
            self.tables.struct(c_name, name, [])
            self.tables.struct(c_name, name, self.fields(name, definition))
        assert self.tables.exported[c_name][0] == name, "two types are called " + c_name
        return c_name

    def fields(self, name, definition):
        facts = self.facts.get(name, [])
        order = {fact[0]: place for place, fact in enumerate(facts)}
        by_name = {fact[0]: fact for fact in facts}
        fields = []
        for key in sorted(definition["properties"], key=lambda key: (order.get(key, len(order)), key)):
            schema = definition["properties"][key]
            _, go_name, letters = by_name.get(key) or (key, guessed_go_name(key), "o")
            strategy = schema.get("x-kubernetes-patch-strategy", "").split(",")
            flags = [flag for flag, given in (
                ("POINTER", "p" in letters), ("OMIT_EMPTY", "o" in letters), ("INLINE", "i" in letters),
                ("MERGE", "merge" in strategy), ("RETAIN_KEYS", "retainKeys" in strategy)) if given]
            # Nobody asks about the status, and it would bring a fifth of all types.
            top_level = {"kind", "apiVersion", "metadata"} <= set(definition["properties"])
            type_name = self.tables.scalar("ANY", "anything") if top_level and key == "status" else self.type_of(schema)
            fields.append(Field(key, go_name, type_name, flags, schema.get("x-kubernetes-patch-merge-key", "")))
        return fields

    def type_of(self, schema):
        if "$ref" in schema:
            return self.reference(schema["$ref"].rsplit("/", 1)[1])
        kind = schema.get("type", "object")
        if kind == "array":
            return self.container("LIST", "a list of ", schema["items"])
        if kind == "object" and "additionalProperties" in schema:
            return self.container("MAP", "an object of ", schema["additionalProperties"])
        if kind == "integer":
            return self.tables.scalar(*INTEGERS[schema.get("format", "int64")])
        if kind == "string" and schema.get("format") == "byte":
            return self.tables.scalar("BYTES", "base64 text")
        return self.tables.scalar(*{"boolean": ("BOOL", "a boolean"), "string": ("STRING", "a string"),
                                    "number": ("FLOAT64", "a number"), "object": ("ANY", "anything")}[kind])

    def container(self, kind, words, of):
        element = self.type_of(of)
        if element in self.tables.scalars:
            noun = {"type_string": "strings", "type_quantity": "quantities", "type_any": "anything"}.get(element)
            noun = noun or re.sub("^an? ", "", self.tables.scalars[element][1]) + "s"
        else:
            noun = element.replace("kube_type_", "").replace("_", " ")
        return self.tables.container(kind, element, words + noun)


def main():
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    facts = json.loads((HERE / "go-facts.json").read_text())
    more = json.loads((HERE / "more-types.json").read_text())
    generator = Generator({**document["definitions"], **more["definitions"]}, {**facts, **more["facts"]})
    for root in ROOTS:
        generator.reference(root)
    version = document.get("info", {}).get("version", "unknown")
    (folder / "types.h").write_text("\n".join([
        "/* types.h - Kubernetes' types as tables. Written by tools/generate/kube_types.py from the OpenAPI",
        " * document of Kubernetes %s: do not edit. */" % version, "#pragma once", '#include "tree/type.h"', "",
        "/* The release of Kubernetes whose types these are. */",
        "#define KUBE_TYPES_VERSION " + json.dumps(version), "", *generator.tables.header_lines(), ""]))
    (folder / "types.c").write_text("\n".join([
        "/* Written by tools/generate/kube_types.py: do not edit. */", '#include "kube/types.h"', "",
        *generator.tables.source_lines(), ""]))


if __name__ == "__main__":
    main()
