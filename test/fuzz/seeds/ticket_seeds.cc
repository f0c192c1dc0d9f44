// Makes the seeds of the fuzz target ticket: bodies as the encoder writes them, and what differs
// from them in one thing.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "seeds/seed_folder.h"
#include "session/ticket_body.h"

namespace pinlatch::fuzz {
namespace {

using tls::TicketBody;
using Bytes = std::vector<uint8_t>;

constexpr UnixSeconds kNow = 1780272000;

Bytes Encoded(const std::function<void(TicketBody&)>& change = [](TicketBody&) {}) {
  TicketBody body;
  body.version = snapshot::TlsVersion::kTls13;
  body.cipher_suite = 0x1301;
  body.age_add = 0xf1e2d3c4;
  body.secret.size = 32;
  body.listener = "edge";
  body.server_name = "api.local";
  body.trust = "devices";
  body.trust_generation = 7;
  body.publication = 3;
  body.chain = {{0x30, 0x03, 0x02, 0x01, 0x01}, {0x30, 0x00}};
  body.authenticated_at = body.accepted_from = kNow;
  body.accepted_until = kNow + 3600;
  change(body);
  Bytes bytes;
  REQUIRE(tls::EncodeTicketBody(body, bytes));
  return bytes;
}

// Where the encoder puts the length of the secret: behind format, version, cipher suite, fragment,
// key exchanges, age and creation.
constexpr size_t kSecretSize = 1 + 1 + 2 + 1 + 1 + 4 + 8;

void WriteAccepted(const SeedFolder& folder) {
  folder.Write("accept-tls13", Encoded());
  folder.Write("accept-tls13-nobody", Encoded([](TicketBody& body) { body.chain.clear(); }));
  folder.Write("accept-tls13-longest-texts", Encoded([](TicketBody& body) {
                 for (std::string* text : {&body.listener, &body.server_name, &body.trust})
                   *text = std::string(256, 'a');
               }));
  folder.Write("accept-tls13-longest-chain", Encoded([](TicketBody& body) {
                 body.chain.assign(tls::kMostTicketCertificates, {});
                 body.chain.front().resize(tls::kMostTicketChain);
               }));
  folder.Write("accept-tls12", Encoded([](TicketBody& body) {
                 body.version = snapshot::TlsVersion::kTls12;
                 body.cipher_suite = 0xc02b;
                 body.max_fragment = 2;
                 body.secret.size = 48;
               }));
}

// WriteChanged writes a body that no encoder does.
void WriteChanged(const SeedFolder& folder, const std::string& how,
                  const std::function<void(Bytes&)>& change) {
  Bytes bytes = Encoded();
  change(bytes);
  folder.Write("refuse-ticket-body-" + how, bytes);
}

void WriteMisshapen(const SeedFolder& folder) {
  WriteChanged(folder, "empty", [](Bytes& bytes) { bytes.clear(); });
  WriteChanged(folder, "another-format", [](Bytes& bytes) { bytes[0] ^= 3; });
  WriteChanged(folder, "another-version", [](Bytes& bytes) { bytes[1] = 2; });
  WriteChanged(folder, "cut", [](Bytes& bytes) { bytes.pop_back(); });
  WriteChanged(folder, "longer", [](Bytes& bytes) { bytes.push_back(0); });
  WriteChanged(folder, "no-secret", [](Bytes& bytes) {
    bytes[kSecretSize + 1] = 0;
    bytes.erase(bytes.begin() + kSecretSize + 2, bytes.begin() + kSecretSize + 2 + 32);
  });
  WriteChanged(folder, "long-secret", [](Bytes& bytes) {
    bytes[kSecretSize + 1] = 49;
    bytes.insert(bytes.begin() + kSecretSize + 2, 49 - 32, 0);
  });
}

void WriteOversized(const SeedFolder& folder) {
  WriteChanged(folder, "too-many-certificates", [](Bytes& bytes) {
    bytes = Encoded([](TicketBody& body) { body.chain.clear(); });
    bytes.back() = static_cast<uint8_t>(tls::kMostTicketCertificates + 1);
    bytes.resize(bytes.size() + 2 * (tls::kMostTicketCertificates + 1), 0);
  });
  WriteChanged(folder, "too-large-chain", [](Bytes& bytes) {
    bytes = Encoded([](TicketBody& body) { body.chain = {Bytes(tls::kMostTicketChain)}; });
    bytes.resize(bytes.size() - tls::kMostTicketChain - 2);
    bytes.push_back(static_cast<uint8_t>((tls::kMostTicketChain + 1) >> 8));
    bytes.push_back(static_cast<uint8_t>(tls::kMostTicketChain + 1));
    bytes.resize(bytes.size() + tls::kMostTicketChain + 1, 0);
  });
}

}  // namespace

TEST_CASE("seeds of ticket") {
  const SeedFolder folder("ticket");
  WriteAccepted(folder);
  WriteMisshapen(folder);
  WriteOversized(folder);
}

}  // namespace pinlatch::fuzz
