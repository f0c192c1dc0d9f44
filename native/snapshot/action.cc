// See action.h.
#include "snapshot/action.h"

#include "base/overloaded.h"

namespace pinlatch::snapshot {

const ProxyTo* ProxyOf(const Action& action) {
  using Proxy = const ProxyTo*;
  return std::visit(Overloaded{
                        [](const ProxyTo& proxy) -> Proxy { return &proxy; },
                        [](const FixedResponse&) -> Proxy { return nullptr; },
                        [](const Liveness&) -> Proxy { return nullptr; },
                        [](const Readiness&) -> Proxy { return nullptr; },
                    },
                    action);
}

}  // namespace pinlatch::snapshot
