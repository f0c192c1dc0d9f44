// Owns a private key that takes its time: it signs in software, when the test lets it, on a thread
// of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "keys/private_key.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {

class SlowKey final : public tls::PrivateKey {
 public:
  explicit SlowKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::unique_ptr<tls::SignatureInProgress> Begin(tls::SigningRequest request,
                                                  std::function<void()> ready) const override;

  // Signatures are made at once while it is not held.
  std::atomic<bool> is_held = false;
  // Why it does not sign; empty: it does.
  std::string fault;
  mutable std::atomic<int> begun = 0;
  mutable std::atomic<int> given_up = 0;

 private:
  const std::shared_ptr<const Key> key_;
};

}  // namespace pinlatch::test
