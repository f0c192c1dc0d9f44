// Owns what is found out about a list while it serves: whose key signed it, where no certificate of
// the bundle did. Written once, by any worker; read by the control thread.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "identity/describe.h"
#include "x509/certificate.h"

namespace pinlatch::tls {

class SignerProof {
 public:
  // Note takes the certificate of a signer that was believed. Any thread; the first one counts, as
  // one signature belongs to one key.
  void Note(const Certificate& signer) const {
    if (is_known_.load(std::memory_order_acquire)) return;
    std::call_once(once_, [&] {
      key_ = identity::Sha256Of(signer.key_info());
      is_known_.store(true, std::memory_order_release);
    });
  }
  // key is the SHA-256 of the signer's SubjectPublicKeyInfo, once it is known.
  std::optional<identity::Sha256> key() const {
    if (!is_known_.load(std::memory_order_acquire)) return std::nullopt;
    return key_;
  }

 private:
  mutable std::once_flag once_;
  mutable std::atomic<bool> is_known_{false};
  mutable identity::Sha256 key_{};
};

}  // namespace pinlatch::tls
