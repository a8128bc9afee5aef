/* trace.h - `pillion trace`: which way does a connection go? By the rules that flags make, or those of a namespace. */
#pragma once

struct command;
/* argv[0] is the command's name. 0: traced; 1: cannot be; 255: the command line cannot be understood. */
int command_trace(const struct command *command, int argc, char **argv);
