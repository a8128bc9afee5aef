// go-facts prints what Kubernetes' OpenAPI document does not say about its Go types: the fields' Go names and order,
// which are pointers and which JSON leaves out when they are empty. Run it when a new Kubernetes release comes:
//
//	cd tools/generate/go-facts && go get k8s.io/api@vX k8s.io/apimachinery@vX && go run . >../go-facts.json
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

var roots = []any{
	corev1.Pod{}, corev1.Namespace{}, corev1.ReplicationController{}, corev1.PodTemplateSpec{},
	appsv1.Deployment{}, appsv1.StatefulSet{}, appsv1.DaemonSet{}, appsv1.ReplicaSet{},
	batchv1.Job{}, batchv1.CronJob{}, admissionregistrationv1.MutatingWebhookConfiguration{},
}

// These write their JSON themselves: what is inside them is nobody's business.
var opaque = map[string]bool{"Quantity": true, "IntOrString": true, "Time": true, "MicroTime": true, "FieldsV1": true}

// definition is the name that the OpenAPI document has for a type: io.k8s.api.core.v1.Pod.
func definition(t reflect.Type) string {
	return strings.NewReplacer("k8s.io/", "io.k8s.", "/", ".").Replace(t.PkgPath()) + "." + t.Name()
}

// A field is [JSON name, Go name, flags]: "p" a pointer, "o" omitempty, "i" of a struct that is inlined.
type field [3]string

func walk(t reflect.Type, seen map[string][]field) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		walk(t.Elem(), seen)
		return
	case reflect.Struct:
	default:
		return
	}
	if _, done := seen[definition(t)]; done || opaque[t.Name()] {
		return
	}
	seen[definition(t)] = nil
	seen[definition(t)] = fields(t, seen)
}

func fields(t reflect.Type, seen map[string][]field) (list []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && name == "" { // its fields stand among ours, in JSON as in Go
			for _, inner := range fields(f.Type, seen) {
				list = append(list, field{inner[0], inner[1], strings.TrimSuffix(inner[2], "i") + "i"})
			}
			continue
		}
		flags := ""
		if f.Type.Kind() == reflect.Pointer {
			flags += "p"
		}
		if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") {
			flags += "o"
		}
		list = append(list, field{name, f.Name, flags})
		walk(f.Type, seen)
	}
	return list
}

func main() {
	seen := map[string][]field{}
	for _, root := range roots {
		walk(reflect.TypeOf(root), seen)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	if err := encoder.Encode(seen); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// A line a type, so that a new release shows as a diff one can read.
	os.Stdout.WriteString(strings.NewReplacer("{\"", "{\n\"", "]],\"", "]],\n\"", "null,\"", "null,\n\"", "]]}", "]]\n}").
		Replace(out.String()))
}
