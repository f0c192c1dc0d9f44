// See visit.h.
#include "instructions/visit.h"

#include "doctest/doctest.h"

namespace pinlatch::instructions {
namespace {

// No handshake has so many flights.
constexpr int kMostFlights = 8;

}  // namespace

int Visit::Shake() {
  int result = MBEDTLS_ERR_SSL_WANT_READ;
  for (int i = 0; i < kMostFlights && result == MBEDTLS_ERR_SSL_WANT_READ; ++i) {
    result = client_.Handshake();
  }
  return result;
}

void Visit::Enter() {
  REQUIRE(Shake() == 0);
  REQUIRE(client_.Drain() == MBEDTLS_ERR_SSL_WANT_READ);
}

void Visit::EnterInVain() {
  if (Shake() == 0) client_.Drain();
  REQUIRE(client_.alert() == MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA);
  wire_.Close();
}

void Visit::Leave() {
  REQUIRE(client_.Close() == 0);
  REQUIRE(client_.Drain() == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY);
  wire_.Close();
}

void Visit::Save(test::SavedSession& into) { REQUIRE(client_.Save(into)); }

void Visit::Send(std::string_view bytes) {
  REQUIRE(client_.Write(AsBytes(bytes)) == static_cast<int>(bytes.size()));
  wire_.Flush();
}

std::string Visit::Receive() {
  std::string text;
  REQUIRE(client_.Drain(&text) == MBEDTLS_ERR_SSL_WANT_READ);
  return text;
}

}  // namespace pinlatch::instructions
