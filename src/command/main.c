#include "base/buffer.h"
#include "base/fd.h"
#include "command/command.h"
#include "command/version.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const inject_aliases[] = {"kube-inject", NULL};
static const char *const webhook_aliases[] = {"sidecar-injector", NULL};
static const char *const cni_aliases[] = {"istio-cni", NULL};
static const char *const init_aliases[] = {"istio-iptables", NULL};

static const struct command commands[] = {
    {"inject", command_inject, inject_options, "-f FILE [flags]", "put the sidecar into the workloads of manifests",
     inject_aliases,
     "Reads Kubernetes manifests (YAML or JSON), adds the sidecar to their workloads and prints them; everything else\n"
     "passes through as it is. Without configuration files the embedded profile is used.\n"},
    {"review", command_review, review_options_table, "[flags] < review.json",
     "answer one AdmissionReview, as the webhook would", NULL, NULL},
    {"webhook", command_webhook, webhook_options, "[flags]", "inject pods as they are created: the admission webhook",
     webhook_aliases,
     "Serves admission reviews over HTTPS, with the configuration of files or of a cluster as they change.\n"
     "`pillion webhook probe --probe-path FILE` checks the file of --healthCheckFile.\n"},
    {"explain", command_explain, explain_options, "-f FILE | KIND/NAME | -A | --table [flags]",
     "say why a pod is (not) injected, and what to change", NULL,
     "Exit status: 0 injected, 3 not injected (of several: any), 1 an error, 2 a mistake on the command line.\n"},
    {"render", command_render, render_options, "--template FILE --data FILE [flags]",
     "print what a template gives for some data", NULL, NULL},
    {"profile", command_profile, profile_options, "dump [DIRECTORY]", "print the embedded configuration", NULL, NULL},
    {"init", command_init, NULL, "[flags]", "send a pod's traffic through its proxy", init_aliases, NULL},
    {"proxy", command_proxy, proxy_options, "sidecar [flags]", "carry a pod's traffic: the sidecar itself", NULL,
     "What the capture rules redirect comes to ports 15001 and 15006 and goes on to where it was going. Takes the place\n"
     "of Istio's agent and its Envoy: reads PROXY_CONFIG, the environment that the injector sets, and the agent's flags;\n"
     "flags that it does not know are left out.\n"},
    {"cni", command_cni, cni_options, "", "the CNI plugin: send pods' traffic through their proxies, from the node",
     cni_aliases,
     "Container runtimes call it, chained behind the plugins that connect pods, with CNI_* variables and the network\n"
     "configuration on standard input (CNI specification 0.1.0 to 1.1.0). The file may also be called istio-cni.\n"},
    {"trace", command_trace, NULL, "--to ADDRESS:PORT [flags]", "say which way a connection goes", NULL, NULL},
    {"install-cni", command_cni_install, cni_install_options, "[flags]",
     "keep the CNI plugin on this node (`pillion cni install`)", NULL, NULL},
    {"wait", command_wait, wait_options, "[flags]", "wait until the proxy is ready: the postStart hook of its container",
     NULL, "Exit status: 0 it is ready; 1 it was not in time; 2 a mistake on the command line.\n"},
    {"request", command_request, request_options, "METHOD PATH [BODY] [flags]",
     "ask the proxy on this machine something over HTTP", NULL, NULL},
    {"play", command_play, play_options, "-f FILE [flags]", "run a manifest on this host, without a cluster or images", NULL,
     "As root: injects the manifest with the embedded profile, runs its pods as namespaces and processes of this host,\n"
     "shows what happens, and takes everything down again.\n"},
    {"version", command_version, NULL, "", "print the version", NULL, NULL},
};

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
        for (const char *const *alias = commands[i].aliases; alias && *alias; alias++) {
            if (strcmp(*alias, name) == 0)
                return &commands[i];
        }
    }
    return NULL;
}

static int text_print(int fd, const struct buffer *text)
{
    struct error error;
    if (fd_write_all(fd, SLICE("standard output"), buffer_slice(text), &error))
        return EXIT_DONE;
    fprintf(stderr, "pillion: %s\n", error.text);
    return EXIT_FAILED;
}

static int help_print(int fd)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(65536);
    buffer_add_literal(&out, "pillion - sidecar injection and traffic capture for Kubernetes\n\n"
                             "Usage: pillion COMMAND [flags]\n\nCommands:\n");
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        buffer_format(&out, "  %-11s %s\n", commands[i].name, commands[i].summary);
    buffer_add_literal(&out, "\n`pillion COMMAND --help` says more about one.\n");
    return text_print(fd, &out);
}

static int command_help(const struct command *command)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(65536);
    buffer_format(&out, "pillion %s - %s\n\nUsage: pillion %s %s\n", command->name, command->summary, command->name,
                  command->usage);
    if (command->aliases)
        buffer_format(&out, "Also called: pillion %s\n", command->aliases[0]);
    if (command->details)
        buffer_format(&out, "\n%s", command->details);
    if (command->options) {
        buffer_add_literal(&out, "\nFlags:\n");
        option_help(&out, command->options);
    }
    return text_print(STDOUT_FILENO, &out);
}

void command_warn(const char *text)
{
    fprintf(stderr, "%s\n", text);
}

int command_fail(const struct command *command, const struct error *error)
{
    char text[2048];
    error_print(error, text, sizeof text);
    fprintf(stderr, "pillion %s: %s\n", command->name, text);
    if (error->code != ERROR_USAGE)
        return EXIT_FAILED;
    fprintf(stderr, "`pillion %s --help` lists the flags.\n", command->name);
    return EXIT_USAGE;
}

static const char *environment_get(const char *name)
{
    return getenv(name);
}

bool command_parse_known(const struct command *command, struct arena *arena, int argc, char **argv, void *values,
                         struct option_rest *ret_rest, struct option_rest *ret_ignored, int *ret_exit)
{
    struct error error;
    if (option_wants_help(argc, argv)) {
        *ret_exit = command_help(command);
        return false;
    }
    if (option_parse_known(arena, command->options, argc, argv, environment_get, values, ret_rest, ret_ignored, &error))
        return true;
    *ret_exit = command_fail(command, &error);
    return false;
}

bool command_parse(const struct command *command, struct arena *arena, int argc, char **argv, void *values,
                   struct option_rest *ret_rest, int *ret_exit)
{
    struct error error;
    if (option_wants_help(argc, argv)) {
        *ret_exit = command_help(command);
        return false;
    }
    if (option_parse(arena, command->options, argc, argv, environment_get, values, ret_rest, &error))
        return true;
    *ret_exit = command_fail(command, &error);
    return false;
}

int command_version(const struct command *command, int argc, char **argv)
{
    if (option_wants_help(argc, argv))
        return command_help(command);
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(4096);
    buffer_format(&out, "pillion %s\n", PILLION_VERSION);
    return text_print(STDOUT_FILENO, &out);
}

static int unknown_command(const char *name)
{
    const char *words[2 * ARRAY_LENGTH(commands) + 1];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        words[count++] = commands[i].name;
        if (commands[i].aliases)
            words[count++] = commands[i].aliases[0];
    }
    words[count] = NULL;
    const char *meant = option_nearest(name, words);
    fprintf(stderr, "pillion: there is no command \"%s\"%s%s%s\n`pillion --help` lists them.\n", name,
            meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    /* A closed pipe or a file that may not grow is an error to report, not a reason to die without a word. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    /* A link named as a command is that command: istio-iptables in an init container. */
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const struct command *called = argc > 0 ? command_find(slash ? slash + 1 : argv[0]) : NULL;
    if (called)
        return called->run(called, argc, argv);
    if (argc < 2) {
        help_print(STDERR_FILENO);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        const struct command *command = argc > 2 && name[0] == 'h' ? command_find(argv[2]) : NULL;
        char *help[] = {argv[2], (char *)"--help", NULL};
        return command ? command->run(command, 2, help) : help_print(STDOUT_FILENO);
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *command = command_find(name);
    return command ? command->run(command, argc - 1, argv + 1) : unknown_command(name);
}
