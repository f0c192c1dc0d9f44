// Owns Running, a gateway that serves on a free port with its certificates and a service behind it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "server/fixture.h"
#include "server/tls_client.h"

namespace pinlatch::test {

struct Running {
  explicit Running(Document with = {}, WallClock wall_clock = UnixNow, UnixSeconds clock_floor = 0,
                   tls::KeyOpener open_key = nullptr)
      : server(nullptr, wall_clock, clock_floor), document(std::move(with)) {
    server.UseKeys(std::move(open_key));
    document.service_port = service.port();
    const std::vector<Error> errors = server.Apply(document.Text(material));
    for (const Error& error : errors) FAIL(error.at << ": " << error.detail);
    auto bound = server.Start();
    REQUIRE_MESSAGE(bound.ok(), bound.error().detail);
    port = bound->front().port;
  }
  std::unique_ptr<TlsClient> Connect(const std::string& name, bool tls13 = true) {
    return TlsClient::Connect(material, port, name, tls13);
  }
  // Publish serves another document.
  void Publish(const Document& next) {
    const std::vector<Error> errors = server.Apply(next.Text(material));
    for (const Error& error : errors) FAIL(error.at << ": " << error.detail);
  }
  // NothingOpen waits until no connection, request and handshake is open.
  bool NothingOpen() {
    return Eventually([this] {
      return CounterOf(server, "connectionsOpen") == 0 && CounterOf(server, "requestsOpen") == 0 &&
             CounterOf(server, "handshakesOpen") == 0;
    });
  }

  Material material;
  Service service;
  server::Server server;
  Document document;
  uint16_t port = 0;
};

}  // namespace pinlatch::test
