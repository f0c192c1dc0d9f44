// Owns a TLS client on mbedTLS, for tests of the server's side.
#include "tls/test_client.h"

#include <doctest/doctest.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_time.h>

#include <algorithm>
#include <array>
#include <utility>

#include "keys/library.h"
#include "keys/random.h"

namespace pinlatch::test {
namespace {

mbedtls_time_t TestTime(mbedtls_time_t* out) {
  if (out != nullptr) *out = static_cast<mbedtls_time_t>(kNow);
  return static_cast<mbedtls_time_t>(kNow);
}

int Send(void* stream, const unsigned char* bytes, size_t size) {
  const Transfer sent = static_cast<ByteStream*>(stream)->Write({bytes, size});
  if (sent.kind == Transfer::Kind::kMoved) return static_cast<int>(sent.count);
  return sent.kind == Transfer::Kind::kWouldBlock ? MBEDTLS_ERR_SSL_WANT_WRITE
                                                  : MBEDTLS_ERR_NET_CONN_RESET;
}

int Receive(void* stream, unsigned char* bytes, size_t size) {
  const Transfer got = static_cast<ByteStream*>(stream)->Read({bytes, size});
  if (got.kind == Transfer::Kind::kMoved) return static_cast<int>(got.count);
  if (got.kind == Transfer::Kind::kEnd) return 0;
  return got.kind == Transfer::Kind::kWouldBlock ? MBEDTLS_ERR_SSL_WANT_READ
                                                 : MBEDTLS_ERR_NET_CONN_RESET;
}

}  // namespace

TestClient::TestClient(ClientOptions options, const Identity& server_ca, ByteStream& stream)
    : options_(std::move(options)), stream_(stream) {
  REQUIRE(tls::InitialiseLibrary().ok());
  static const int once = mbedtls_platform_set_time(TestTime);
  CHECK(once == 0);
  mbedtls_ssl_config_init(&config_);
  mbedtls_ssl_init(&ssl_);
  REQUIRE(mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT) == 0);
  mbedtls_ssl_conf_rng(&config_, tls::FillRandom, nullptr);
  mbedtls_ssl_conf_min_tls_version(&config_, options_.version);
  mbedtls_ssl_conf_max_tls_version(&config_, options_.version);
  REQUIRE(pinlatch::identity::AppendCertificate(*ca_, server_ca.der) == 0);
  mbedtls_ssl_conf_ca_chain(&config_, ca_.get(), nullptr);
  if (!options_.groups.empty()) {
    options_.groups.push_back(0);
    mbedtls_ssl_conf_groups(&config_, options_.groups.data());
  }
  if (!options_.signature_algorithms.empty()) {
    options_.signature_algorithms.push_back(0);
    mbedtls_ssl_conf_sig_algs(&config_, options_.signature_algorithms.data());
  }
  if (!options_.verifies) mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_NONE);
  if (!options_.protocols.empty()) {
    options_.protocols.push_back(nullptr);
    REQUIRE(mbedtls_ssl_conf_alpn_protocols(&config_, options_.protocols.data()) == 0);
  }
  for (const Identity* part : options_.chain) {
    REQUIRE(pinlatch::identity::AppendCertificate(*own_, part->der) == 0);
  }
  if (!options_.chain.empty()) {
    const Identity* holder = options_.key_of == nullptr ? options_.chain.front() : options_.key_of;
    REQUIRE(mbedtls_ssl_conf_own_cert(&config_, own_.get(), &holder->key->context()) == 0);
  }
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      &config_, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
  if (!options_.extended_master_secret) {
    mbedtls_ssl_conf_extended_master_secret(&config_, MBEDTLS_SSL_EXTENDED_MS_DISABLED);
  }
  if (!options_.suites.empty()) {
    options_.suites.push_back(0);
    mbedtls_ssl_conf_ciphersuites(&config_, options_.suites.data());
  }
  REQUIRE(mbedtls_ssl_conf_max_frag_len(&config_, options_.max_fragment) == 0);
  config_.max_long_message = 65535;
  REQUIRE(mbedtls_ssl_setup(&ssl_, &config_) == 0);
  const char* name = options_.server_name.empty() ? nullptr : options_.server_name.c_str();
  REQUIRE(mbedtls_ssl_set_hostname(&ssl_, name) == 0);
  if (options_.resume != nullptr) {
    REQUIRE(mbedtls_ssl_set_session(&ssl_, &options_.resume->get()) == 0);
  }
  mbedtls_ssl_set_bio(&ssl_, &stream_, Send, Receive, nullptr);
}

TestClient::~TestClient() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&config_);
}

int TestClient::Note(int result) {
  if (result == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) alert_ = ssl_.in_msg[1];
  return result;
}

int TestClient::Handshake() { return Note(mbedtls_ssl_handshake(&ssl_)); }

bool TestClient::done() const {
  return mbedtls_ssl_is_handshake_over(const_cast<mbedtls_ssl_context*>(&ssl_)) != 0;
}

int TestClient::Read(MutableByteSpan into) {
  return Note(mbedtls_ssl_read(&ssl_, into.data(), into.size()));
}

int TestClient::Write(ByteSpan from) {
  return Note(mbedtls_ssl_write(&ssl_, from.data(), from.size()));
}

int TestClient::Drain(std::string* text) {
  std::array<uint8_t, 4096> room{};
  while (true) {
    const int got = Read(room);
    // A ticket that came is handled by the next read.
    if (got == MBEDTLS_ERR_SSL_WANT_READ && ssl_.state == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET) {
      continue;
    }
    if (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      has_ticket_ = true;
      continue;
    }
    if (got <= 0) return got;
    if (text != nullptr) text->append(AsText(ByteSpan(room).first(static_cast<size_t>(got))));
  }
}

bool TestClient::Save(SavedSession& into) {
  const bool is_12 = mbedtls_ssl_get_version_number(&ssl_) == MBEDTLS_SSL_VERSION_TLS1_2;
  if (!is_12 && !has_ticket_) return false;
  REQUIRE(mbedtls_ssl_get_session(&ssl_, &into.get()) == 0);
  return into.get().ticket_len > 0;
}

void SavedSession::Rename(const std::string& server_name) {
  mbedtls_free(session_.hostname);
  session_.hostname = nullptr;
  if (server_name.empty()) return;
  session_.hostname = static_cast<char*>(mbedtls_calloc(1, server_name.size() + 1));
  std::copy(server_name.begin(), server_name.end(), session_.hostname);
}

int TestClient::Close() { return Note(mbedtls_ssl_close_notify(&ssl_)); }

}  // namespace pinlatch::test
