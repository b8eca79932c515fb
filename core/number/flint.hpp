#pragma once

// Internal: Arb's headers, numbers, matrices and roots of polynomials, which FLINT 3 took over.

#if __has_include(<flint/arb.h>)
#include <flint/acb_mat.h>
#include <flint/arb.h>
#include <flint/arb_fmpz_poly.h>
#include <flint/arb_mat.h>
#else
#include <acb_mat.h>
#include <arb.h>
#include <arb_fmpz_poly.h>
#include <arb_mat.h>
#endif
#include <flint/fmpq.h>
