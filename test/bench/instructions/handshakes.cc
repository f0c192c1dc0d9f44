// Measures handshakes: full ones by version and kind of key, resumed ones, and one that is refused.
// Each row is a connection from its coming to its end.
#include <string>

#include "doctest/doctest.h"
#include "instructions/gateway.h"
#include "instructions/measured.h"
#include "instructions/visit.h"
#include "provider.h"

namespace pinlatch::instructions {
namespace {

using test::KeyKind;

// mbedTLS's own arithmetic is the same every time and takes ten times as many instructions.
int Units() { return test::TestProvider() == "host" ? 16 : 8; }

void MeasureFull(const std::string& row, bool tls13, KeyKind key) {
  const Gateway gateway({.server_key = key});
  Measure(row, Units(), [&] {
    Visit visit(gateway, gateway.Client(tls13, gateway.pinned));
    visit.Enter();
    visit.Leave();
  });
}

void MeasureResumed(const std::string& row, bool tls13) {
  const Gateway gateway;
  test::SavedSession session;
  {
    Visit first(gateway, gateway.Client(tls13, gateway.pinned));
    first.Enter();
    first.Save(session);
    first.Leave();
  }
  Measure(row, Units(), [&] {
    test::ClientOptions options = gateway.Client(tls13, gateway.pinned);
    options.resume = &session;
    Visit visit(gateway, std::move(options));
    visit.Enter();
    visit.Leave();
  });
}

TEST_CASE("full handshakes") {
  MeasureFull("full handshake, TLS 1.3, P-256", true, KeyKind::kP256);
  MeasureFull("full handshake, TLS 1.3, P-384", true, KeyKind::kP384);
  MeasureFull("full handshake, TLS 1.3, P-521", true, KeyKind::kP521);
  MeasureFull("full handshake, TLS 1.3, RSA-2048", true, KeyKind::kRsa2048);
  MeasureFull("full handshake, TLS 1.2, P-256", false, KeyKind::kP256);
}

TEST_CASE("the first handshake of each client") {
  const Gateway gateway({.newcomers = Units() + kUnitsBesides});
  size_t next = 0;
  Measure("first handshake of a client, TLS 1.3, P-256", Units(), [&] {
    Visit visit(gateway, gateway.Client(true, gateway.newcomers.at(next++)));
    visit.Enter();
    visit.Leave();
  });
}

TEST_CASE("resumed handshakes") {
  MeasureResumed("resumed handshake, TLS 1.3", true);
  MeasureResumed("resumed handshake, TLS 1.2", false);
}

TEST_CASE("a refused chain") {
  Gateway gateway;
  Measure("refused chain, TLS 1.3", Units(), [&] {
    Visit visit(gateway, gateway.Client(true, gateway.stranger));
    visit.EnterInVain();
    gateway.Forget();
  });
}

}  // namespace
}  // namespace pinlatch::instructions
