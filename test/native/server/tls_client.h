// Owns TlsClient, a blocking HTTPS client with a client certificate, on mbedTLS. For tests only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/fixture.h"

namespace pinlatch::test {

class TlsClient {
 public:
  // Connect opens a connection and does the handshake with the certificate <name> ("" for none).
  // It returns nullptr when either fails. `before_certificate` is called before the client sends
  // its certificate.
  static std::unique_ptr<TlsClient> Connect(
      const Material& material, uint16_t port, const std::string& name, bool tls13 = true,
      const std::function<void()>& before_certificate = nullptr);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool Send(std::string_view bytes);
  // Receive returns what the next read gives; "" at the end or after ten seconds of nothing.
  std::string Receive();
  // SaysFarewell reads on and says whether what comes first is close_notify.
  bool SaysFarewell();
  // Get asks for `path` and returns the whole response, or what there was of it.
  std::string Get(std::string_view path);
  // ReceiveResponse reads one response with a Content-Length.
  std::string ReceiveResponse();
  // Vanish closes the socket without a word.
  void Vanish();

 private:
  struct Impl;
  explicit TlsClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// ConnectPlain opens a TCP connection to the port and returns the descriptor.
int ConnectPlain(uint16_t port);

}  // namespace pinlatch::test
