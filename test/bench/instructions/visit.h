// Owns one visit of a client: the connection, the handshake, what is said on it, and the end.
#pragma once

#include <string>

#include "instructions/gateway.h"
#include "instructions/wire.h"
#include "tls/test_client.h"

namespace pinlatch::instructions {

class Visit {
 public:
  Visit(const Gateway& gateway, test::ClientOptions options)
      : wire_(gateway), client_(std::move(options), gateway.server_ca, wire_) {}

  // Enter does the handshake and takes the ticket that comes behind it in TLS 1.3.
  void Enter();
  // EnterInVain does the handshake as far as it goes: until the gateway's alert.
  void EnterInVain();
  // Leave says farewell, hears the gateway's, and closes.
  void Leave();
  // Save keeps the ticket.
  void Save(test::SavedSession& into);

  void Send(std::string_view bytes);
  // Receive returns everything that has come.
  std::string Receive();

 private:
  int Shake();

  Wire wire_;
  test::TestClient client_;
};

}  // namespace pinlatch::instructions
