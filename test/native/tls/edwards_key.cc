// See edwards_key.h.
#include "tls/edwards_key.h"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include "crypto/provider.h"

namespace pinlatch::test {
namespace {

constexpr int kEd25519 = 1087;

template <typename Function>
Function* Find(const char* name) {
  auto* found = reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
  REQUIRE(found != nullptr);
  return found;
}

}  // namespace

std::optional<EdwardsKey> EdwardsKey::Make(uint8_t number) {
  if (!crypto::UsesHost()) return std::nullopt;
  const std::string secret(32, static_cast<char>(number));
  EdwardsKey made;
  made.key_ = {Find<void*(int, void*, const char*, size_t)>("EVP_PKEY_new_raw_private_key")(
                   kEd25519, nullptr, secret.data(), secret.size()),
               Find<void(void*)>("EVP_PKEY_free")};
  REQUIRE(made.key_ != nullptr);
  made.public_half_.resize(32);
  size_t size = made.public_half_.size();
  REQUIRE(Find<int(void*, char*, size_t*)>("EVP_PKEY_get_raw_public_key")(
              made.key_.get(), made.public_half_.data(), &size) == 1);
  return made;
}

std::string EdwardsKey::Sign(std::string_view message) const {
  const std::shared_ptr<void> context(Find<void*()>("EVP_MD_CTX_new")(),
                                      Find<void(void*)>("EVP_MD_CTX_free"));
  std::string signature(64, '\0');
  size_t size = signature.size();
  REQUIRE(Find<int(void*, void*, void*, void*, void*)>("EVP_DigestSignInit")(
              context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  REQUIRE(Find<int(void*, char*, size_t*, const char*, size_t)>("EVP_DigestSign")(
              context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  return signature;
}

}  // namespace pinlatch::test
