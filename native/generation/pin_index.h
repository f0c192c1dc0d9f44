// Owns the numbering of the pins of a generation, across all of its clients, and what each was in
// the generation before. Immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "snapshot/model.h"

namespace pinlatch::proxy {

class PinIndex {
 public:
  PinIndex() = default;
  // `previous` is the generation that this one replaces, with its numbering; nullptr for none.
  PinIndex(const std::vector<snapshot::Client>& clients,
           const std::vector<snapshot::Client>* previous);

  // NumberOf returns the number of a client's pin, both as indices.
  uint32_t NumberOf(uint32_t client, uint32_t pin) const { return first_of_client_[client] + pin; }
  // origins()[n] is the number that pin n had before, or telemetry::PinUse::kNone: the same client
  // by name, the same kind and value.
  const std::vector<uint32_t>& origins() const { return origins_; }

 private:
  std::vector<uint32_t> first_of_client_;
  std::vector<uint32_t> origins_;
};

}  // namespace pinlatch::proxy
