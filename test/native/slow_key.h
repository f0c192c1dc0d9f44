// Owns a private key that takes its time: it signs in software, when the test lets it, on a thread
// of its own.
#pragma once

#include <mbedtls/pk.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "keys/private_key.h"
#include "keys/random.h"

namespace pinlatch::test {

using Signature = Result<std::vector<uint8_t>>;

inline Signature SignWith(mbedtls_pk_context& key, const tls::SigningRequest& request) {
  const auto& [scheme, digest] = request;
  const mbedtls_md_type_t type = digest.hash == tls::Hash::kSha256   ? MBEDTLS_MD_SHA256
                                 : digest.hash == tls::Hash::kSha384 ? MBEDTLS_MD_SHA384
                                                                     : MBEDTLS_MD_SHA512;
  std::vector<uint8_t> signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
  size_t size = 0;
  const bool is_pss = scheme == tls::SignatureScheme::kRsaPss;
  const int failed = mbedtls_pk_sign_ext(
      is_pss ? MBEDTLS_PK_RSASSA_PSS : mbedtls_pk_get_type(&key), &key, type, digest.bytes.data(),
      digest.size, signature.data(), signature.size(), &size, tls::FillRandom, nullptr);
  if (failed != 0) return Error(ErrorCode::kInternal, "mbedTLS " + std::to_string(failed));
  signature.resize(size);
  return signature;
}

class SlowKey final : public tls::PrivateKey {
 public:
  using Sign = std::function<Signature(const tls::SigningRequest&)>;
  explicit SlowKey(Sign sign) : sign_(std::move(sign)) {}

  std::unique_ptr<tls::SignatureInProgress> Begin(tls::SigningRequest request,
                                                  std::function<void()> ready) const override {
    ++begun;
    auto sign = [this, request = std::move(request)]() -> Signature {
      if (!fault.empty()) return Error(ErrorCode::kInternal, fault);
      return sign_(request);
    };
    return std::make_unique<Work>(*this, std::move(sign), std::move(ready));
  }

  // Signatures are made at once while it is not held.
  std::atomic<bool> is_held = false;
  // Why it does not sign; empty: it does.
  std::string fault;
  mutable std::atomic<int> begun = 0;
  mutable std::atomic<int> given_up = 0;

 private:
  // Work is one signature on its way; the thread ends with it.
  class Work final : public tls::SignatureInProgress {
   public:
    Work(const SlowKey& key, std::function<Signature()> sign, std::function<void()> ready)
        : key_(key),
          thread_([this, sign = std::move(sign), ready = std::move(ready)] { Make(sign, ready); }) {
    }
    ~Work() override {
      is_given_up_ = true;
      thread_.join();
      if (!is_taken_) ++key_.given_up;
    }
    std::optional<Signature> Take() override {
      if (!is_made_ || is_taken_) return std::nullopt;
      is_taken_ = true;
      return std::move(made_);
    }

   private:
    void Make(const std::function<Signature()>& sign, const std::function<void()>& ready) {
      while (key_.is_held && !is_given_up_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (is_given_up_) return;
      made_ = sign();
      is_made_ = true;
      ready();
    }

    const SlowKey& key_;
    std::optional<Signature> made_;
    std::atomic<bool> is_made_ = false;
    std::atomic<bool> is_given_up_ = false;
    bool is_taken_ = false;
    std::thread thread_;  // the last, for it uses the others
  };

  const Sign sign_;
};

// Opens returns what finds `key` for every certificate.
inline tls::KeyOpener Opens(std::shared_ptr<const tls::PrivateKey> key) {
  return [key](const snapshot::Certificate&) { return key; };
}

}  // namespace pinlatch::test
