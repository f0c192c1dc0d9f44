// Owns a client that speaks TLS 1.3 by hand together with the session that serves it, for tests of
// what a server answers to messages that no library sends.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>

#include "session/ticket_keys.h"
#include "tls/handmade_peer.h"
#include "tls/handshake_bench.h"
#include "tls/shake.h"

namespace pinlatch::test {

// Visitor is a client by hand and the session that serves it.
struct Visitor {
  static constexpr Signing kRight{0x0403, MBEDTLS_MD_SHA256};

  explicit Visitor(const Site& site, std::shared_ptr<const tls::TicketKeys> keys = nullptr)
      : Visitor(*site.context, site.client_ca, std::move(keys)) {}
  Visitor(const tls::ServerContext& context, const Identity& issuer,
          std::shared_ptr<const tls::TicketKeys> keys = nullptr)
      : own(Make(ClientTemplate(), &issuer)) {
    auto opened = tls::ServerSession::Create(context, server_end, verdicts, std::move(keys));
    REQUIRE(opened.ok());
    session = std::move(opened).value();
  }
  Progress Step() { return test::Shake(*session, kNow); }
  void SayHello(const ClientHelloSpec& spec = {}) {
    peer.SayInClear(peer.ClientHello(spec));
    Step();
  }
  // Open brings the handshake to its end.
  void Open(const ClientHelloSpec& spec = {}) {
    SayHello(spec);
    Finish();
  }
  // Finish follows a ClientHello.
  void Finish() {
    REQUIRE(peer.HearServerHello());
    peer.HearFlight();
    SayRest();
  }
  // SayRest follows the server's flight.
  void SayRest() {
    peer.SayCertificate(own);
    peer.SayCertificateVerify(own, kRight);
    peer.SayFinished();
    REQUIRE_MESSAGE(Step() == Progress::kDone, session->error().detail);
    peer.StartApplicationKeys();
  }
  void CheckRefused(int alert) {
    CHECK(Step() == Progress::kFailed);
    CAPTURE(session->error().detail);
    CHECK(session->sent_alert() == alert);
    CHECK(session->peer() == nullptr);
  }
  Identity own;
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end{to_server, to_client};
  tls::VerdictCache verdicts;
  std::optional<tls::ServerSession> session;
  HandmadeClient peer{to_client, to_server};
};

}  // namespace pinlatch::test
