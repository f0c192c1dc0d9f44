// Owns a TLS client on mbedTLS, for tests of the server's side.
#pragma once

#include <mbedtls/ssl.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "identity/certificate.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {

// SavedSession is what a client keeps to come back by its ticket.
class SavedSession {
 public:
  SavedSession() { mbedtls_ssl_session_init(&session_); }
  ~SavedSession() { mbedtls_ssl_session_free(&session_); }
  SavedSession(const SavedSession&) = delete;
  SavedSession& operator=(const SavedSession&) = delete;

  mbedtls_ssl_session& get() { return session_; }
  const mbedtls_ssl_session& get() const { return session_; }
  // ticket is the sealed ticket, to be altered in place; empty when none came.
  MutableByteSpan ticket() { return {session_.ticket, session_.ticket_len}; }
  void Truncate(size_t size) { session_.ticket_len = size; }
  // Rename makes the client believe that the session was with a server of another name; empty: of
  // none.
  void Rename(const std::string& server_name);

 private:
  mbedtls_ssl_session session_;
};

struct ClientOptions {
  mbedtls_ssl_protocol_version version = MBEDTLS_SSL_VERSION_TLS1_3;
  std::vector<const Identity*> chain{};        // leaf first, its key is used; empty: no certificate
  const Identity* key_of = nullptr;            // another key than the leaf's: a client that lies
  std::string server_name = "localhost";       // empty: none is asked for
  bool verifies = true;                        // the server's certificate
  const class SavedSession* resume = nullptr;  // the session to come back with
  bool extended_master_secret = true;          // offered in TLS 1.2
  std::vector<int> suites{};                   // empty: mbedTLS's choice
  std::vector<const char*> protocols{};        // ALPN; nullptr is added
  std::vector<uint16_t> groups{};              // empty: mbedTLS's choice
  std::vector<uint16_t> signature_algorithms{};  // likewise
  unsigned char max_fragment = 0;                // RFC 6066 section 4; 0: nothing is asked for
};

class TestClient {
 public:
  // `server_ca` is what the server's certificate must lead to.
  TestClient(ClientOptions options, const Identity& server_ca, ByteStream& stream);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  // Handshake returns 0, a WANT error, or another mbedTLS error.
  int Handshake();
  bool done() const;
  // Read and Write are mbedTLS's, Drain reads until that is not possible and returns the last
  // error.
  int Read(MutableByteSpan into);
  int Write(ByteSpan from);
  int Drain(std::string* text = nullptr);
  int Close();
  // Save takes the session with the ticket that came last into `into`, when one came.
  bool Save(SavedSession& into);
  // alert is the description of a fatal alert that was received, -1 for none.
  int alert() const { return alert_; }
  mbedtls_ssl_context& ssl() { return ssl_; }

 private:
  int Note(int result);

  ClientOptions options_;
  ByteStream& stream_;
  pinlatch::identity::CertificatePtr ca_ = pinlatch::identity::NewCertificate();
  pinlatch::identity::CertificatePtr own_ = pinlatch::identity::NewCertificate();
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  int alert_ = -1;
  bool has_ticket_ = false;
};

}  // namespace pinlatch::test
