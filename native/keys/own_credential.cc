// See own_credential.h.
#include "keys/own_credential.h"

#include <algorithm>

namespace pinlatch::tls {

std::vector<std::shared_ptr<const Credential>> PresentedAt(const Credentials& credentials,
                                                           const ClockReading& clock) {
  std::vector<std::shared_ptr<const Credential>> presented;
  presented.reserve(credentials.size());
  for (const OwnCredential& credential : credentials) presented.push_back(credential.At(clock));
  const auto is_valid = [&](const auto& credential) { return credential->IsInForce(clock); };
  if (std::any_of(presented.begin(), presented.end(), is_valid)) {
    std::erase_if(presented, [&](const auto& credential) { return !is_valid(credential); });
  }
  return presented;
}

}  // namespace pinlatch::tls
