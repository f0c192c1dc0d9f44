// Covers the memory of identity fields: what a block depends on is told apart.
#include "forwarding/identity_blocks.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace pinlatch::proxy {
namespace {

using Identity = std::shared_ptr<const identity::PeerIdentity>;
using snapshot::ForwardedIdentity;
using snapshot::IdentityPreset;

Identity Named(const std::string& name) {
  auto identity = std::make_shared<identity::PeerIdentity>();
  identity->subject = "CN=" + name;
  return identity;
}

const std::vector<ForwardedIdentity> kZato = {{.preset = IdentityPreset::kZato}};
const std::vector<ForwardedIdentity> kBy = {
    {.envoy = {true, false, false, false, true, false, false}}};

TEST_CASE("a block is written once and found again") {
  IdentityBlocks blocks;
  const Identity client = Named("a");
  const IdentityBlocks::Key key{1, 0, kBy, client.get()};
  CHECK(blocks.Find(key) == nullptr);
  std::vector<std::string> omitted;
  const std::vector<std::string> own = {"spiffe://gateway"};
  const ByteBuffer& written = blocks.Write(key, client, own, omitted);
  CHECK(written.text() == "X-Forwarded-Client-Cert: By=spiffe://gateway;Subject=\"CN=a\"\r\n");
  CHECK(omitted.empty());
  CHECK(blocks.Find(key) == &written);
}

TEST_CASE("another client, generation, listener or list of presets does not get it") {
  IdentityBlocks blocks;
  const Identity client = Named("a");
  const Identity other = Named("a");
  const IdentityBlocks::Key key{1, 0, kZato, client.get()};
  std::vector<std::string> omitted;
  blocks.Write(key, client, {}, omitted);
  CHECK(blocks.Find({1, 0, kZato, other.get()}) == nullptr);
  CHECK(blocks.Find({1, 0, kZato, nullptr}) == nullptr);
  CHECK(blocks.Find({2, 0, kZato, key.identity}) == nullptr);
  CHECK(blocks.Find({1, 1, kZato, key.identity}) == nullptr);
  CHECK(blocks.Find({1, 0, kBy, key.identity}) == nullptr);
}

TEST_CASE("many clients push each other out and none gets another's") {
  IdentityBlocks blocks;
  std::vector<Identity> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(Named(std::to_string(i)));
  for (int round = 0; round < 2; ++round) {
    for (const Identity& client : clients) {
      const IdentityBlocks::Key key{1, 0, kZato, client.get()};
      std::vector<std::string> omitted;
      const ByteBuffer* block = blocks.Find(key);
      if (block == nullptr) block = &blocks.Write(key, client, {}, omitted);
      REQUIRE(block->text().find("X-Zato-TLS-Subject: " + client->subject + "\r\n") !=
              std::string_view::npos);
    }
  }
}

TEST_CASE("a remembered client lives on, so that nobody else gets its place") {
  IdentityBlocks blocks;
  std::vector<std::string> omitted;
  Identity client = Named("a");
  blocks.Write({1, 0, kZato, client.get()}, client, {}, omitted);
  const std::weak_ptr<const identity::PeerIdentity> watched = client;
  client.reset();
  CHECK_FALSE(watched.expired());
}

TEST_CASE("what is too long is named") {
  IdentityBlocks blocks;
  std::vector<std::string> omitted;
  const Identity client = Named(std::string(kMostIdentityBytes, 'a'));
  blocks.Write({1, 0, kZato, client.get()}, client, {}, omitted);
  CHECK(omitted == std::vector<std::string>{"X-Zato-TLS-Subject", "X-Zato-TLS-DN"});
}

}  // namespace
}  // namespace pinlatch::proxy
