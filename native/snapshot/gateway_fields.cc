// See gateway_fields.h. Which products the names are of: docs/design/upstream.md, its last section.
#include "snapshot/gateway_fields.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "snapshot/forward_identity.h"

namespace pinlatch::snapshot {
namespace {

// A name belongs to the gateway when it begins with one of these. Whole families are taken, so that
// a variant that some upstream reads ("X-SSL-Client-DN-2") cannot slip through.
constexpr std::array<std::string_view, 10> kFamilies = {
    "client-cert",  "forwarded", "ssl-client-",  "x-amzn-mtls-", "x-client-cert",
    "x-forwarded-", "x-real-ip", "x-request-id", "x-ssl-",       "x-zato-tls-",
};
constexpr size_t kLongestFamily = 13;

}  // namespace

bool IsGatewayField(std::string_view name) {
  std::array<char, kLongestFamily> folded;
  const size_t length = std::min(name.size(), kLongestFamily);
  std::transform(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), folded.begin(),
                 FoldFieldByte);
  const std::string_view start(folded.data(), length);
  return std::any_of(kFamilies.begin(), kFamilies.end(),
                     [start](std::string_view family) { return start.starts_with(family); });
}

}  // namespace pinlatch::snapshot
