// Tests forwarding/upgrade.h: which requests ask to leave HTTP, and which answers agree to it.
#include "forwarding/upgrade.h"

#include <memory>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::proxy {
namespace {

const std::vector<std::string> kAllowed = {"websocket", "raw"};

std::string Asked(std::string_view rest, std::string_view first = "GET / HTTP/1.1") {
  const auto head = std::make_unique<http::RequestHead>();
  const std::string bytes = std::string(first) + "\r\nHost: a\r\n" + std::string(rest) + "\r\n\r\n";
  REQUIRE(http::ParseRequestHead(bytes, {}, *head).ok());
  return std::string(UpgradeAsked(*head, kAllowed));
}

bool Agrees(std::string_view rest, std::string_view first = "HTTP/1.1 101 Switching Protocols") {
  const auto head = std::make_unique<http::ResponseHead>();
  const std::string bytes = std::string(first) + "\r\n" + std::string(rest) + "\r\n\r\n";
  REQUIRE(http::ParseResponseHead(bytes, false, {}, *head).ok());
  return AgreesToUpgrade(*head, "websocket");
}

TEST_CASE("what is configured may be asked for, whatever the case and beside others") {
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websocket") == "websocket");
  CHECK(Asked("Connection: keep-alive, upgrade\r\nUpgrade: WebSocket") == "websocket");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: h2c, raw") == "raw");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: raw, websocket") == "websocket");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: raw", "POST / HTTP/1.1") == "raw");
}

TEST_CASE("everything else asks for nothing") {
  CHECK(Asked("Accept: x") == "");
  CHECK(Asked("Upgrade: websocket") == "");
  CHECK(Asked("Connection: Upgrade") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: h2c") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websocket/13") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websockets") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websocket", "GET / HTTP/1.0") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: websocket", "POST / HTTP/1.1") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: raw\r\nContent-Length: 1") == "");
  CHECK(Asked("Connection: Upgrade\r\nUpgrade: raw\r\nTransfer-Encoding: chunked") == "");
}

TEST_CASE("consent is for the very protocol that was asked for") {
  CHECK(Agrees("Connection: Upgrade\r\nUpgrade: websocket"));
  CHECK(Agrees("connection: x, UPGRADE\r\nupgrade: WebSocket"));
  CHECK_FALSE(Agrees("Upgrade: websocket"));
  CHECK_FALSE(Agrees("Connection: Upgrade"));
  CHECK_FALSE(Agrees("Connection: Upgrade\r\nUpgrade: h2c"));
  CHECK_FALSE(Agrees("Connection: Upgrade\r\nUpgrade: websocket, h2c"));
  CHECK_FALSE(Agrees("Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c"));
  CHECK_FALSE(Agrees("Connection: Upgrade\r\nUpgrade: websocket", "HTTP/1.1 200 OK"));
  CHECK_FALSE(Agrees("Connection: Upgrade\r\nUpgrade: websocket", "HTTP/1.1 100 Continue"));
}

}  // namespace
}  // namespace pinlatch::proxy
