// See slow_key.h.
#include "tls/slow_key.h"

#include <doctest/doctest.h>
#include <mbedtls/pk.h>

#include <chrono>
#include <thread>
#include <utility>

#include "keys/random.h"

namespace pinlatch::test {
namespace {

using Made = Result<std::vector<uint8_t>>;

mbedtls_md_type_t TypeOf(tls::Hash hash) {
  if (hash == tls::Hash::kSha256) return MBEDTLS_MD_SHA256;
  return hash == tls::Hash::kSha384 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA512;
}

Made Sign(const Key& key, const tls::SigningRequest& request) {
  std::vector<uint8_t> signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
  size_t size = 0;
  const bool is_pss = request.scheme == tls::SignatureScheme::kRsaPss;
  const int failed = mbedtls_pk_sign_ext(
      is_pss ? MBEDTLS_PK_RSASSA_PSS : mbedtls_pk_get_type(&key.context()), &key.context(),
      TypeOf(request.digest.hash), request.digest.bytes.data(), request.digest.size,
      signature.data(), signature.size(), &size, tls::FillRandom, nullptr);
  if (failed != 0) return Error(ErrorCode::kInternal, "mbedTLS " + std::to_string(failed));
  signature.resize(size);
  return signature;
}

// Work is one signature on its way; the thread ends with it.
class Work final : public tls::SignatureInProgress {
 public:
  Work(const SlowKey& key, std::function<Made()> sign, std::function<void()> ready)
      : key_(key), thread_([this, sign = std::move(sign), ready = std::move(ready)] {
          while (key_.is_held && !is_given_up_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
          if (is_given_up_) return;
          made_ = sign();
          is_made_ = true;
          ready();
        }) {}
  ~Work() override {
    is_given_up_ = true;
    thread_.join();
    if (!is_taken_) ++key_.given_up;
  }
  std::optional<Made> Take() override {
    if (!is_made_ || is_taken_) return std::nullopt;
    is_taken_ = true;
    return std::move(made_);
  }

 private:
  const SlowKey& key_;
  std::optional<Made> made_;
  std::atomic<bool> is_made_ = false;
  std::atomic<bool> is_given_up_ = false;
  bool is_taken_ = false;
  std::thread thread_;  // the last, for it uses the others
};

}  // namespace

std::unique_ptr<tls::SignatureInProgress> SlowKey::Begin(tls::SigningRequest request,
                                                         std::function<void()> ready) const {
  ++begun;
  auto sign = [key = key_, why = fault, request = std::move(request)]() -> Made {
    if (!why.empty()) return Error(ErrorCode::kInternal, why);
    return Sign(*key, request);
  };
  return std::make_unique<Work>(*this, std::move(sign), std::move(ready));
}

}  // namespace pinlatch::test
