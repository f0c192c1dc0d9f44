// The only file that is compiled anew when nothing but the date has changed.
#include "base/build_date.h"

#ifndef PINLATCH_BUILD_DATE
#error "native/cmake/build_date.cmake defines PINLATCH_BUILD_DATE"
#endif

namespace pinlatch {

UnixSeconds BuildDate() { return UnixSeconds{PINLATCH_BUILD_DATE}; }

}  // namespace pinlatch
