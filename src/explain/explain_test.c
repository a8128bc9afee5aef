#include "explain/explain.h"
#include "inject/test_support.h"
int main(void)
{
    return 0;
}
