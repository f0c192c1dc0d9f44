// Owns the path that an upstream gets in place of the client's. Pure.
#pragma once

#include <string_view>

#include "snapshot/forwarding.h"

namespace pinlatch::proxy {

// RewrittenPath is a path in two pieces, `prefix` and then `rest`: canonical like the one that it
// was made from. `stripped` is what was taken away.
struct RewrittenPath {
  std::string_view prefix;
  std::string_view rest;
  std::string_view stripped;
};

// RewritePath applies a rewrite to a canonical path that has at least as many segments as are to be
// taken away. Views into both.
RewrittenPath RewritePath(const snapshot::Rewrite& rewrite, std::string_view path);

}  // namespace pinlatch::proxy
