// Owns the one variable of the seam; see mbedtls_hooks.h.
#include "third_party/mbedtls_hooks.h"

const struct pinlatch_hook_table* pinlatch_mbedtls_hooks = NULL;
