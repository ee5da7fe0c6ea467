/* Numbers only, and a result whose error is a string. */
#include "compute.h"

int32_t exports_compute_compute(int32_t a, int32_t b) { return (int32_t)((uint32_t)a * (uint32_t)b); }

bool exports_compute_divide(int32_t a, int32_t b, int32_t *ret, compute_string_t *err) {
  if (b == 0) {
    compute_string_dup(err, "division by zero");
    return false;
  }
  if (a == INT32_MIN && b == -1) {
    compute_string_dup(err, "overflow");
    return false;
  }
  *ret = a / b;
  return true;
}
