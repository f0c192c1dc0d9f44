// See pin_index.h.
#include "generation/pin_index.h"

#include <string>
#include <unordered_map>

#include "base/bytes.h"
#include "telemetry/pin_use.h"

namespace pinlatch::proxy {
namespace {

using snapshot::Client;
using snapshot::Pin;

// A name holds no control character, so that nothing of it can pass for what is behind it.
std::string KeyOf(const Client& client, const Pin& pin) {
  std::string key = client.name;
  key += '\0';
  key += static_cast<char>(pin.kind);
  return key.append(AsText(pin.value));
}

std::unordered_map<std::string, uint32_t> NumbersOf(const std::vector<Client>& clients) {
  std::unordered_map<std::string, uint32_t> numbers;
  uint32_t number = 0;
  for (const Client& client : clients) {
    for (const Pin& pin : client.pins) numbers.emplace(KeyOf(client, pin), number++);
  }
  return numbers;
}

}  // namespace

PinIndex::PinIndex(const std::vector<Client>& clients, const std::vector<Client>* previous) {
  const auto before =
      previous == nullptr ? std::unordered_map<std::string, uint32_t>() : NumbersOf(*previous);
  for (const Client& client : clients) {
    first_of_client_.push_back(static_cast<uint32_t>(origins_.size()));
    for (const Pin& pin : client.pins) {
      const auto found = before.find(KeyOf(client, pin));
      origins_.push_back(found == before.end() ? telemetry::PinUse::kNone : found->second);
    }
  }
}

}  // namespace pinlatch::proxy
