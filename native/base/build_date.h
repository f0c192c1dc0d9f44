// Owns the date of this build: a moment that has certainly passed.
#pragma once

#include "base/clock.h"

namespace pinlatch {

// BuildDate is the moment that native/cmake/build_date.cmake found: the one source of it.
UnixSeconds BuildDate();

}  // namespace pinlatch
