// Covers the blind index in front of the pin comparison.
#include "policy/blind_index.h"

#include <algorithm>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

using snapshot::Client;
using snapshot::PinKind;

snapshot::Pin PinOf(PinKind kind, uint32_t number) {
  snapshot::Pin pin;
  pin.kind = kind;
  for (size_t i = 0; i < 4; ++i) pin.value[i] = static_cast<uint8_t>(number >> (8 * i));
  return pin;
}

identity::PeerIdentity IdentityOf(uint32_t sha256, uint32_t sha1, uint32_t spki) {
  identity::PeerIdentity identity;
  std::copy_n(PinOf(PinKind::kSha256, sha256).value.begin(), 32, identity.sha256.begin());
  std::copy_n(PinOf(PinKind::kSha1, sha1).value.begin(), 20, identity.sha1.begin());
  std::copy_n(PinOf(PinKind::kSpkiSha256, spki).value.begin(), 32, identity.spki_sha256.begin());
  return identity;
}

std::vector<Client> ManyClients(uint32_t count) {
  std::vector<Client> clients(count);
  for (uint32_t i = 0; i < count; ++i) {
    constexpr PinKind kKinds[] = {PinKind::kSha256, PinKind::kSha1, PinKind::kSpkiSha256};
    clients[i].pins = {PinOf(kKinds[i % 3], i)};
  }
  return clients;
}

bool Holds(const std::vector<uint32_t>& candidates, uint32_t client) {
  return std::binary_search(candidates.begin(), candidates.end(), client);
}

TEST_CASE("an index without pins finds nobody") {
  CHECK(BlindIndex().Candidates({}).empty());
  CHECK(BlindIndex::Build({}, {}).Candidates({}).empty());
  CHECK(BlindIndex::Build({Client()}, {}).Candidates({}).empty());
}

TEST_CASE("whoever has the pin is among the candidates, whatever the key") {
  const std::vector<Client> clients = ManyClients(3000);
  for (const uint8_t first : std::vector<uint8_t>{0, 1, 200}) {
    const BlindIndex index = BlindIndex::Build(clients, {first});
    for (uint32_t i = 0; i + 2 < 3000; i += 3) {
      const auto found = index.Candidates(IdentityOf(i, i + 1, i + 2));
      CHECK(Holds(found, i));
      CHECK(Holds(found, i + 1));
      CHECK(Holds(found, i + 2));
    }
  }
}

TEST_CASE("few others are, however many pins there are") {
  const std::vector<Client> clients = ManyClients(10000);
  const BlindIndex index = BlindIndex::Build(clients, {7});
  size_t most = 0;
  size_t all = 0;
  for (uint32_t i = 0; i < 10000; ++i) {
    const size_t found = index.Candidates(IdentityOf(i, 1000000 + i, 2000000 + i)).size();
    most = std::max(most, found);
    all += found;
  }
  CHECK(all < 30000);  // three buckets of half a client each, and a third of them meets its own
  CHECK(most < 16);
}

TEST_CASE("clients that share a pin are all candidates, each once, in ascending order") {
  std::vector<Client> clients(4);
  clients[3].pins = clients[1].pins = {PinOf(PinKind::kSha256, 5), PinOf(PinKind::kSha256, 5)};
  const auto found = BlindIndex::Build(clients, {9}).Candidates(IdentityOf(5, 6, 7));
  CHECK(found == std::vector<uint32_t>{1, 3});
}

TEST_CASE("a full fingerprint decides the bucket, under the key") {
  // The same pins under two keys lie differently: what lies together does so by accident.
  const std::vector<Client> clients = ManyClients(64);
  size_t differing = 0;
  for (uint32_t i = 0; i < 64; ++i) {
    const auto identity = IdentityOf(1000 + i, 2000 + i, 3000 + i);
    differing += BlindIndex::Build(clients, {1}).Candidates(identity) !=
                         BlindIndex::Build(clients, {2}).Candidates(identity)
                     ? 1
                     : 0;
  }
  CHECK(differing > 32);
}

}  // namespace
}  // namespace pinlatch::policy
