// Runs the pin comparison with every fingerprint marked as undefined, which memcheck then follows:
// it complains when a branch or an address depends on one. To be run under valgrind, by
// scripts/test-constant-time.mjs or ctest; on its own it only checks that the answers are right.
//
// Exit code: 0 fine, 1 a wrong answer, 2 not under valgrind although "--valgrind" was given; and
// what valgrind is told to exit with when it has complaints.
#include <valgrind/memcheck.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "policy/pin_match.h"

namespace {

using pinlatch::identity::PeerIdentity;
using pinlatch::policy::ClientSet;
using pinlatch::snapshot::Client;
using pinlatch::snapshot::Pin;
using pinlatch::snapshot::PinKind;

constexpr pinlatch::UnixSeconds kNow = 1'000'000;

template <typename Bytes>
void MakeSecret(Bytes& bytes) {
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
}

PeerIdentity SomeIdentity() {
  PeerIdentity identity;
  identity.sha256.fill(0x11);
  identity.sha1.fill(0x22);
  identity.spki_sha256.fill(0x33);
  return identity;
}

// A pin that equals the identity's fingerprint but for the byte at `wrong`; -1 for none.
Pin PinOf(PinKind kind, uint8_t byte, int wrong) {
  Pin pin;
  pin.kind = kind;
  pin.value.fill(byte);
  if (wrong >= 0) pin.value[static_cast<size_t>(wrong)] ^= 0x40;
  return pin;
}

// Hits and misses of every kind; those that differ in the first byte and those that differ in the
// last are what an early exit would tell apart.
std::vector<Client> SomeClients() {
  std::vector<Client> clients(6);
  clients[0].pins = {PinOf(PinKind::kSha256, 0x11, 0), PinOf(PinKind::kSha256, 0x11, 31)};
  clients[1].pins = {PinOf(PinKind::kSha256, 0x11, 16), PinOf(PinKind::kSha256, 0x11, -1)};
  clients[2].pins = {PinOf(PinKind::kSha1, 0x22, -1)};
  clients[3].pins = {PinOf(PinKind::kSha1, 0x22, 19), PinOf(PinKind::kSpkiSha256, 0x33, 1)};
  clients[4].pins = {PinOf(PinKind::kSpkiSha256, 0x33, -1)};
  clients[5].pins = {PinOf(PinKind::kSha256, 0x11, -1), PinOf(PinKind::kSpkiSha256, 0x33, -1)};
  clients[5].pins[0].period.until = kNow;  // they fit, and are out of their time
  clients[5].pins[1].period.from = kNow + 1;
  return clients;
}

bool Expect(bool holds, const char* what) {
  if (!holds) std::fprintf(stderr, "wrong: %s\n", what);
  return holds;
}

// The part that must not tell: up to here the fingerprints are secret, and so is every hit.
bool ComparesInSecret() {
  PeerIdentity identity = SomeIdentity();
  std::vector<Client> clients = SomeClients();
  MakeSecret(identity.sha256);
  MakeSecret(identity.sha1);
  MakeSecret(identity.spki_sha256);
  for (Client& client : clients) {
    for (Pin& pin : client.pins) MakeSecret(pin.value);
  }
  std::vector<uint32_t> hits(clients.size());
  const std::vector<uint32_t> candidates = {0, 1, 2, 3, 4, 5};
  pinlatch::policy::ComparePins(clients, candidates, identity, kNow, hits);
  // Who it is may be told.
  VALGRIND_MAKE_MEM_DEFINED(hits.data(), hits.size() * sizeof(hits[0]));
  return Expect(hits == std::vector<uint32_t>{0, 1, 1, 0, 1, 0}, "the hits");
}

// MatchClients is that comparison behind the blind index, and nothing else that looks at a
// fingerprint.
bool MatchesTheSame() {
  const std::vector<Client> clients = SomeClients();
  const auto index = pinlatch::policy::BlindIndex::Build(clients, {});
  const ClientSet matched = pinlatch::policy::MatchClients(clients, index, SomeIdentity(), kNow);
  return Expect(matched == ClientSet{1, 2, 4}, "the clients");
}

}  // namespace

int main(int argc, char** argv) {
  const bool wants_valgrind = argc > 1 && std::string_view(argv[1]) == "--valgrind";
  if (wants_valgrind && RUNNING_ON_VALGRIND == 0) {
    std::fprintf(stderr, "not under valgrind: nothing was tested\n");
    return 2;
  }
  return ComparesInSecret() && MatchesTheSame() ? 0 : 1;
}
