// Owns Ed25519 keys for tests, by the libcrypto of the process: there is none with the portable
// provider.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pinlatch::test {

class EdwardsKey {
 public:
  // Make returns a key, another one for each number; nothing where the provider is portable.
  static std::optional<EdwardsKey> Make(uint8_t number = 1);

  std::string Sign(std::string_view message) const;
  const std::string& public_half() const { return public_half_; }  // 32 bytes

 private:
  EdwardsKey() = default;
  std::shared_ptr<void> key_;
  std::string public_half_;
};

}  // namespace pinlatch::test
