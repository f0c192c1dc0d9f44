// Covers session/mbedtls_key_update.h: keys that are renewed on an open connection (RFC 8446
// section 4.6.3), by either side, and messages that are no key updates.
#include "session/mbedtls_key_update.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tls/handshake_bench.h"

// Not in mbedTLS's public headers.
extern "C" int mbedtls_ssl_write_record(mbedtls_ssl_context* ssl, int force_flush);

namespace pinlatch::test {
namespace {

struct Open {
  explicit Open(mbedtls_ssl_protocol_version version = MBEDTLS_SSL_VERSION_TLS1_3,
                std::vector<int> suites = {})
      : identity(Make(ClientTemplate(), &site.client_ca)),
        connection(site, {.version = version, .chain = {&identity}, .suites = std::move(suites)}) {
    connection.Shake();
    REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
  }
  tls::ServerSession& server() { return *connection.server; }
  mbedtls_ssl_context& client() { return connection.client->ssl(); }

  void Say(const std::string& text) {
    REQUIRE(connection.client->Write(AsBytes(text)) == static_cast<int>(text.size()));
  }
  std::string Heard() {
    std::array<uint8_t, 4096> room{};
    std::string text;
    while (true) {
      const Transfer got = server().Read(room);
      if (got.kind != Transfer::Kind::kMoved) break;
      text.append(AsText(ByteSpan(room).first(got.count)));
    }
    return text;
  }
  // Answer has the server send `text`, and returns what the client reads.
  std::string Answer(const std::string& text) {
    std::string received;
    for (size_t at = 0; at < text.size();) {
      const Transfer put = server().Write(AsBytes(text).subspan(at));
      REQUIRE(put.kind != Transfer::Kind::kFailed);
      if (put.kind == Transfer::Kind::kMoved) at += put.count;
      connection.client->Drain(&received);
    }
    connection.client->Drain(&received);
    return received;
  }
  // Send sends a handshake record as it stands.
  void Send(const std::vector<uint8_t>& record) {
    client().out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
    client().out_msglen = record.size();
    std::copy(record.begin(), record.end(), client().out_msg);
    CHECK(mbedtls_ssl_write_record(&client(), 1) == 0);
  }
  // AlertFor is the alert that the client gets for a handshake record.
  int AlertFor(const std::vector<uint8_t>& record) {
    Send(record);
    CHECK(Heard().empty());
    connection.client->Drain();
    return connection.client->alert();
  }

  Site site;
  Identity identity;
  Connection connection;
};

}  // namespace

TEST_CASE("a client renews its keys, again and again, and is understood") {
  for (const int suite : {MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                          MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256}) {
    CAPTURE(suite);
    Open open(MBEDTLS_SSL_VERSION_TLS1_3, {suite});
    for (int round = 0; round < 100; ++round) {
      open.Say("before");
      REQUIRE(pinlatch_tls13_send_key_update(&open.client(), 0) == 0);
      open.Say(" after");
      REQUIRE(open.Heard() == "before after");
    }
    CHECK(open.Answer("hello") == "hello");
    CHECK(open.client().pinlatch_key_updates == 0);  // nobody asked the server for new ones
  }
}

TEST_CASE("a server that is asked renews its keys before it sends data, once") {
  for (const size_t capacity : {size_t{1}, size_t{7}, size_t{100000}}) {
    CAPTURE(capacity);
    Open open;
    open.connection.to_client.capacity = capacity;
    for (int ask = 0; ask < 3; ++ask) {
      REQUIRE(pinlatch_tls13_send_key_update(&open.client(), 1) == 0);
    }
    CHECK(open.Heard().empty());
    CHECK(open.connection.to_client.bytes.empty());
    CHECK(open.Answer("hello") == "hello");
    CHECK(open.client().pinlatch_key_updates == 1);
    CHECK(open.Answer(", world") == ", world");
    CHECK(open.client().pinlatch_key_updates == 1);
    open.Say("bye");
    CHECK(open.Heard() == "bye");
  }
}

TEST_CASE("a connection without buffers renews its keys all the same") {
  Open open;
  open.server().Rest();
  REQUIRE(pinlatch_tls13_send_key_update(&open.client(), 1) == 0);
  open.Say("hello");
  CHECK(open.Heard() == "hello");
  open.server().Rest();
  CHECK(open.Answer("hello") == "hello");
}

TEST_CASE("keys that have done many records are renewed unasked") {
  Open open;
  pinlatch_tls13_renew_keys(&open.client());
  CHECK(open.connection.to_server.bytes.empty());
  open.client().cur_out_ctr[5] = 0x80;  // 2^23 records
  CHECK(pinlatch_tls13_renew_keys(&open.client()) == 0);
  CHECK_FALSE(open.connection.to_server.bytes.empty());
  CHECK(std::all_of(std::begin(open.client().cur_out_ctr), std::end(open.client().cur_out_ctr),
                    [](uint8_t byte) { return byte == 0; }));
}

TEST_CASE("what is no key update, or a bad one, ends the connection with the right alert") {
  CHECK(Open().AlertFor({24, 0, 0, 1, 2}) == MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER);
  CHECK(Open().AlertFor({24, 0, 0, 2, 0, 0}) == MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR);
  CHECK(Open().AlertFor({24, 0, 0, 0}) == MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR);
  // Not the last of its record: what follows would have come under the old keys.
  CHECK(Open().AlertFor({24, 0, 0, 1, 0, 24, 0, 0, 1, 0}) ==
        MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
  CHECK(Open().AlertFor({1, 0, 0, 0}) == MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
  CHECK(Open(MBEDTLS_SSL_VERSION_TLS1_2).AlertFor({24, 0, 0, 1, 0}) ==
        MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
}

TEST_CASE("key updates without any data in between are bounded") {
  Open open;
  for (int update = 0; update < 32; ++update) {
    REQUIRE(pinlatch_tls13_send_key_update(&open.client(), 1) == 0);
    open.Heard();
  }
  open.Say("hello");
  CHECK(open.Heard() == "hello");
  for (int update = 0; update < 32; ++update) {
    REQUIRE(pinlatch_tls13_send_key_update(&open.client(), 1) == 0);
    open.Heard();
  }
  CHECK(open.AlertFor({24, 0, 0, 1, 1}) == MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
}

}  // namespace pinlatch::test
