/* init.h - `pillion init`: what the istio-init container does; also called istio-iptables. */
#pragma once

struct command;
/* argv[0] is the command's name. Exit codes are istio-iptables': 0, 1 failed, 126 the validation failed, 255 the command
 * line cannot be understood; with --compat 1.0 those of Istio 1.0's script: 1 an unknown flag, 2 a bad value. */
int command_init(const struct command *command, int argc, char **argv);
