#pragma once

// Internal: Arb's headers, which FLINT 3 took over.

#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#include <flint/fmpq.h>
#else
#include <arb.h>
#include <flint/fmpq.h>
#endif
