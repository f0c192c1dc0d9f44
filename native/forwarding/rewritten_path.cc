// See rewritten_path.h.
#include "forwarding/rewritten_path.h"

#include <algorithm>

namespace pinlatch::proxy {

RewrittenPath RewritePath(const snapshot::Rewrite& rewrite, std::string_view path) {
  // A canonical path is "/" and segments; each taken away goes up to the next slash or the end.
  size_t at = 0;
  for (uint32_t i = 0; i < rewrite.strip_segments; ++i) {
    at = std::min(path.find('/', at + 1), path.size());
  }
  RewrittenPath rewritten{rewrite.add_prefix, path.substr(at), path.substr(0, at)};
  if (rewritten.prefix.empty() && rewritten.rest.empty()) rewritten.rest = "/";
  return rewritten;
}

}  // namespace pinlatch::proxy
