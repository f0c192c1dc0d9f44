// Covers how many copies of a private key the process holds once it serves: one, wherever the
// provider allows.
#include <doctest/doctest.h>
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "crypto/provider.h"
#include "keys/credential.h"
#include "tls/handshake_bench.h"
#include "tls/memory_search.h"
#include "trust/trust_bundle.h"

namespace pinlatch::test {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes BigEndian(const mbedtls_mpi& number) {
  Bytes bytes(mbedtls_mpi_size(&number));
  REQUIRE(mbedtls_mpi_write_binary(&number, bytes.data(), bytes.size()) == 0);
  return bytes;
}

// SecretOf is the scalar, or for RSA one of the primes: whoever has it has the key.
Bytes SecretOf(const mbedtls_pk_context& key) {
  if (mbedtls_pk_get_type(&key) == MBEDTLS_PK_RSA) return BigEndian(mbedtls_pk_rsa(key)->P);
  return BigEndian(mbedtls_pk_ec(key)->d);
}

void WriteAll(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Material is made by another process: this one never sees the key but through its file.
struct Material {
  explicit Material(KeyKind kind) {
    const pid_t maker = fork();
    REQUIRE(maker >= 0);
    if (maker == 0) {
      // What fails there must not go on as a second run of the tests.
      try {
        Make(kind);
      } catch (...) {
        _exit(1);
      }
      _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(maker, &status, 0) == maker);
    REQUIRE(status == 0);
    const std::string secret = ReadAll(folder.Path("secret"));
    masked_secret.assign(secret.begin(), secret.end());
    const std::string line = ReadAll(folder.Path("line"));
    masked_line.assign(line.begin(), line.end());
  }

  void Make(KeyKind kind) const {
    const Identity ca = Authority("server authority");
    const Identity own = Server(ca, kind);
    folder.Write("server.crt", own.Pem(), 0644);
    folder.Write("server.key", own.key->Pem());
    WriteAll(folder.Path("ca.der"), {ca.der.begin(), ca.der.end()});
    WriteAll(folder.Path("sha256"), own.Sha256());
    const Bytes secret = Masked(SecretOf(own.key->context()));
    WriteAll(folder.Path("secret"), {secret.begin(), secret.end()});
    // 32 characters of the line that encodes the scalar.
    const std::string pem = own.key->Pem();
    const std::string line = pem.substr(pem.find('\n') + 1 + 12, 32);
    const Bytes masked = Masked({line.begin(), line.end()});
    WriteAll(folder.Path("line"), {masked.begin(), masked.end()});
  }

  std::shared_ptr<const tls::Credential> Load() const {
    snapshot::Certificate certificate;
    certificate.chain = {folder.Path("server.crt"), {ReadAll(folder.Path("sha256"))}};
    certificate.key.path = folder.Path("server.key");
    auto credential = tls::Credential::Load(certificate);
    REQUIRE_MESSAGE(credential.ok(), credential.error().detail);
    return *credential;
  }

  Folder folder;
  Bytes masked_secret;
  Bytes masked_line;
};

// Copies counts the secret in the order of encodings and in that of a number in memory.
size_t Copies(const Material& material) {
  Bytes reversed = material.masked_secret;
  std::reverse(reversed.begin(), reversed.end());
  return CountInMemory(material.masked_secret) + CountInMemory(reversed);
}

// ServeOnce has a client without a certificate through the handshake with this credential.
void ServeOnce(const Material& material, const std::shared_ptr<const tls::Credential>& credential,
               mbedtls_ssl_protocol_version version) {
  const Identity client_ca = Authority("client authority");
  const std::string der = ReadAll(material.folder.Path("ca.der"));
  const Identity server_ca{nullptr, "", {der.begin(), der.end()}};
  snapshot::Trust trust;
  trust.ca.push_back(
      {material.folder.Write("clients.crt", client_ca.Pem(), 0644), {client_ca.Sha256()}});
  auto bundle = tls::TrustBundle::Load(trust, kNow);
  REQUIRE(bundle.ok());
  snapshot::Listener listener;
  listener.client_auth = snapshot::ClientAuth::kNone;
  const std::shared_ptr<const tls::TrustBundle> bundles[] = {*bundle};
  auto context = tls::ServerContext::Create(listener, {}, {credential}, bundles);
  REQUIRE_MESSAGE(context.ok(), context.error().detail);
  Connection connection(server_ca, **context, {.version = version});
  connection.Shake();
  REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
}

}  // namespace

TEST_CASE("the search finds what is there, as often as it is there") {
  Bytes secret(32);
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<uint8_t>(i * 37 + 11);
  const Bytes masked = Masked(secret);
  CHECK(CountInMemory(masked) == 1);
  const Bytes copy = secret;
  CHECK(CountInMemory(masked) == 2);
  std::fill(secret.begin(), secret.end(), uint8_t{0});
  CHECK(CountInMemory(masked) == 1);
  CHECK(copy.size() == 32);
}

TEST_CASE("one copy of a private key is in memory, after it was loaded and after it has signed") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521, KeyKind::kRsa2048}) {
    CAPTURE(static_cast<int>(kind));
    const Material material(kind);
    REQUIRE(material.masked_secret.size() >= 31);
    CHECK(Copies(material) == 0);
    const auto credential = material.Load();
    // libcrypto keeps the primes of RSA once more, for its own way of computing with them.
    const size_t expected = kind == KeyKind::kRsa2048 && crypto::UsesHost() ? 2 : 1;
    CHECK(Copies(material) == expected);
    // The RSA key of the tests is made once a process, and kept as text.
    if (kind != KeyKind::kRsa2048) CHECK(CountInMemory(material.masked_line) == 0);
    for (const auto version : kBothVersions) ServeOnce(material, credential, version);
    CHECK(Copies(material) == expected);
  }
}

TEST_CASE("no copy of a private key is left when its credential goes") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kRsa2048}) {
    CAPTURE(static_cast<int>(kind));
    const Material material(kind);
    material.Load();
    CHECK(Copies(material) == 0);
  }
}

}  // namespace pinlatch::test
