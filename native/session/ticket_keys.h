// Owns the keys that session tickets are sealed with. Immutable and shared by all workers: a new
// set takes the place of the old one, and a key is wiped with the last set that has it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "keys/secret_file.h"

namespace pinlatch::tls {

// TicketKeys seals with one key and opens what it or the one before has sealed. Keys are random,
// live in this process alone, and are never written anywhere: a restart makes every ticket useless.
class TicketKeys {
 public:
  // Create makes the first set. Error: kInternal, when there is no randomness.
  static Result<std::shared_ptr<const TicketKeys>> Create();
  // Rotate makes the set that comes after `current`: a new key seals, and current's still opens.
  // Error: as Create.
  static Result<std::shared_ptr<const TicketKeys>> Rotate(const TicketKeys& current);
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // kOverhead is by how much a sealed ticket is longer than its body.
  static constexpr size_t kOverhead = 8 + 12 + 16;  // name of the key, nonce, tag

  // Seal writes the ticket to `into`, which must have body.size() + kOverhead bytes of room, and
  // returns its size; 0 when there is no randomness or no room.
  [[nodiscard]] size_t Seal(ByteSpan body, MutableByteSpan into) const;
  // Open returns the body of a ticket of one of these keys; nothing for whatever else.
  std::optional<SecretBytes> Open(ByteSpan ticket) const;

 private:
  struct Key {
    Key();
    ~Key();
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    std::array<uint8_t, 8> name{};  // random: which key sealed a ticket
    std::array<uint8_t, 32> secret{};
  };

  TicketKeys(std::shared_ptr<const Key> current, std::shared_ptr<const Key> previous);
  static Result<std::shared_ptr<const Key>> NewKey();

  const std::shared_ptr<const Key> current_;
  const std::shared_ptr<const Key> previous_;  // nullptr in the first set
};

}  // namespace pinlatch::tls
