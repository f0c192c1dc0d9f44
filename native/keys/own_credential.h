// Owns OwnCredential: a credential that the gateway presents and, while that one waits for its
// time, the one before it, which stands in. Immutable.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/clock_reading.h"
#include "keys/credential.h"

namespace pinlatch::tls {

class OwnCredential {
 public:
  OwnCredential() = default;
  // Implicit: most callers have a credential that nothing stands in for, or none.
  OwnCredential(std::nullptr_t) {}                      // NOLINT(*-explicit-*)
  OwnCredential(std::shared_ptr<const Credential> own,  // NOLINT(*-explicit-*)
                std::shared_ptr<const Credential> stand_in = nullptr)
      : own_(std::move(own)), stand_in_(std::move(stand_in)) {}

  // own is the configured one, stand_in the one before it; either may be nullptr.
  const std::shared_ptr<const Credential>& own() const { return own_; }
  const std::shared_ptr<const Credential>& stand_in() const { return stand_in_; }
  // At is what is presented at this time: the configured one, whatever its validity, unless it has
  // not begun and the one before it is valid.
  const std::shared_ptr<const Credential>& At(const ClockReading& clock) const {
    const bool waits =
        stand_in_ != nullptr && !clock.HasBegun(own_->not_before()) && stand_in_->IsInForce(clock);
    return waits ? stand_in_ : own_;
  }

 private:
  std::shared_ptr<const Credential> own_;
  std::shared_ptr<const Credential> stand_in_;
};

// Credentials are those for one name: EC before RSA, and otherwise in the order of the file.
using Credentials = std::vector<OwnCredential>;

// PresentedAt is which of several credentials are presented at this time: those that are valid;
// where none is, all of them, because a client may be lenient, and a handshake without a
// certificate helps nobody.
std::vector<std::shared_ptr<const Credential>> PresentedAt(const Credentials& credentials,
                                                           const ClockReading& clock);

}  // namespace pinlatch::tls
