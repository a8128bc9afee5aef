/* capture_main.c - init and trace as a program by themselves, for this room's tests. */
#include "command/init.h"
#include "command/trace.h"
#include <string.h>

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "trace") == 0)
        return command_trace(NULL, argc - 1, argv + 1);
    return argc > 1 ? command_init(NULL, argc - 1, argv + 1) : 255;
}
