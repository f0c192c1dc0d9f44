// Tests clients that are slow, or gone, while the gateway holds a service for them.
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

constexpr std::string_view kFlood = "GET /api/flood HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kExpect =
    "POST /api/up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n";
constexpr std::string_view kChunks =
    "POST /api/up HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab";

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// LogHas gathers the gateway's log in `log` until it contains `part`.
bool LogHas(Running& gateway, std::string& log, std::string_view part) {
  return Eventually([&] {
    log += gateway.server.DrainEvents();
    return Has(log, part);
  });
}

}  // namespace

TEST_CASE("clients that vanish while the gateway works for them leave nothing open") {
  Running gateway;
  for (int round = 0; round < 4; ++round) {
    for (const std::string_view bytes : {kFlood, kExpect, kChunks}) {
      auto client = gateway.Connect("pinned", round % 2 == 0);
      REQUIRE(client);
      REQUIRE(client->Send(bytes));
      if (bytes != kChunks) CHECK(!client->Receive().empty());
      client->Vanish();
    }
  }
  CHECK(gateway.NothingOpen());
  std::string log;
  CHECK(LogHas(gateway, log, "\"code\":\"client-closed\""));
}

TEST_CASE("a client that stops reading is cut by the write timeout") {
  Document quick;
  quick.write_ms = 200;
  Running gateway(quick);
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  REQUIRE(client->Send(kFlood));
  CHECK(Has(client->Receive(), "HTTP/1.1 200 OK"));
  CHECK(gateway.NothingOpen());
  std::string log;
  CHECK(LogHas(gateway, log, "\"code\":\"write-timeout\""));
}

TEST_CASE("a body that drips in is refused by the body timeout") {
  Document quick;
  quick.body_ms = 1000;  // 128 bytes a second are asked for
  Running gateway(quick);
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  REQUIRE(client->Send("POST /api/up HTTP/1.1\r\nHost: h\r\nContent-Length: 4000\r\n\r\n"));
  std::string log;
  const MonotonicTime deadline = MonotonicNow() + std::chrono::seconds(10);
  while (MonotonicNow() < deadline && !Has(log, "\"code\":\"body-timeout\"") && client->Send("x")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    log += gateway.server.DrainEvents();
  }
  CHECK(MonotonicNow() < deadline);  // refused while it was still coming
  CHECK(Has(client->ReceiveResponse(), "408 Request Timeout"));
  CHECK(LogHas(gateway, log, "\"code\":\"body-timeout\""));
  client.reset();
  CHECK(gateway.NothingOpen());
}
