// Owns peers that speak TLS 1.3 by hand, one step at a time, so that a test can say something else
// in any of them: a server for the gateway's client sessions, a client for its server sessions.
#pragma once

#include <mbedtls/md.h>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "tls/certificate_maker.h"
#include "tls/memory_stream.h"
#include "tls/tls13_keys.h"

namespace pinlatch::test {

// Signing is how a CertificateVerify is made: what it says, and what is done.
struct Signing {
  uint16_t scheme = 0;
  mbedtls_md_type_t hash = MBEDTLS_MD_SHA256;
  bool pss = false;
  const std::function<Bytes(const Bytes&)>* rewrite = nullptr;  // the signature, when it is sent
  const std::function<Bytes(const Bytes&)>* make = nullptr;     // it, of what is signed
};

// SentMessage is a handshake message of the gateway, or an alert.
struct SentMessage {
  uint8_t type = 0;  // of the message; 0 for an alert
  Bytes whole;
  uint8_t alert = 0;
};

// HandmadePeer is what both have in common: records in and out, and the course of the handshake so
// far.
class HandmadePeer {
 public:
  HandmadePeer(const HandmadePeer&) = delete;
  HandmadePeer& operator=(const HandmadePeer&) = delete;

  // Send puts bytes on the wire as they are.
  void Send(const Bytes& bytes);
  // SayInClear and Say send a handshake message and count it to the transcript.
  void SayInClear(const Bytes& message);
  // SayCut sends a message in the records that `cut` makes of it.
  void SayCut(const std::function<Bytes(const Bytes&)>& cut, const Bytes& message);
  void Say(const Bytes& message);
  // SayCertificate, SayCertificateVerify and SayFinished send the usual ones.
  void SayCertificate(const Identity& identity);
  void SayCertificateVerify(const Identity& identity, const Signing& signing);
  void SayFinished();
  // Hear returns the next message of the gateway, counted to the transcript; nothing when it said
  // none.
  std::optional<SentMessage> Hear();
  // HearAlert passes over what comes before an alert and returns its description; -1 when there is
  // none.
  int HearAlert();

  TrafficKeys& sending() { return sending_; }
  const KeySchedule& schedule() const { return schedule_; }

 protected:
  // `name` is "client" or "server".
  HandmadePeer(std::string_view name, Pipe& in, Pipe& out) : name_(name), in_(in), out_(out) {}
  ~HandmadePeer() = default;
  std::optional<Bytes> TakeRecord();

  KeyShare share_;
  KeySchedule schedule_;
  TrafficKeys sending_;
  TrafficKeys receiving_;
  bool receives_sealed_ = false;

 private:
  std::string_view name_;
  Pipe& in_;
  Pipe& out_;
  Bytes unread_;  // messages of a record that held several
};

// ServerHelloSpec is what a ServerHello says; what is not set is what it should be.
struct ServerHelloSpec {
  uint16_t legacy_version = 0x0303;
  std::optional<Bytes> random{};
  std::optional<Bytes> session_id{};
  uint16_t suite = kAes128GcmSha256;
  std::optional<uint16_t> selected_version = 0x0304;  // none: no supported_versions
  std::optional<uint16_t> group = kX25519;            // none: no key_share
  std::optional<Bytes> key{};
  Bytes more_extensions{};
};

class HandmadeServer final : public HandmadePeer {
 public:
  HandmadeServer(Pipe& in, Pipe& out) : HandmadePeer("server", in, out) {}
  // HearClientHello must come first. client_hello is the one heard last.
  void HearClientHello();
  const Bytes& client_hello() const { return client_hello_; }
  Bytes ServerHello(const ServerHelloSpec& spec = {}) const;
  // SayRetry says a HelloRetryRequest that asks for `group`; none: for nothing.
  void SayRetry(std::optional<uint16_t> group, const Bytes& more_extensions = {});
  void SayServerHello(const ServerHelloSpec& spec = {});
  // StartHandshakeKeys follows the ServerHello that was said, StartApplicationKeys the own
  // Finished.
  void StartHandshakeKeys();
  void StartApplicationKeys();
  // SayAll is the whole flight, signed as `signing` says.
  void SayAll(const Identity& identity, const Signing& signing);

 private:
  Bytes client_hello_;
};

// ClientHelloSpec is what a ClientHello says.
struct ClientHelloSpec {
  std::string server_name = "localhost";
  std::optional<Bytes> server_names{};  // the content of the extension, in place of that name
  uint16_t legacy_version = 0x0303;
  Bytes versions = {3, 4};   // empty: no supported_versions
  uint16_t share = kX25519;  // another group: its share is of no use, so that a retry is asked for
  Bytes suites = {0x13, 0x01};
  Bytes groups = {0x00, 0x1d, 0x01, 0x00};
  Bytes more_extensions{};
  Bytes compressions = {0};
  // The content of one of the usual extensions, by its type, in place of what it is.
  std::optional<std::pair<uint16_t, Bytes>> instead{};
};

class HandmadeClient final : public HandmadePeer {
 public:
  HandmadeClient(Pipe& in, Pipe& out) : HandmadePeer("client", in, out) {}
  Bytes ClientHello(const ClientHelloSpec& spec = {}) const;
  // HearServerHello hears it and starts the handshake keys; false when something else came.
  bool HearServerHello();
  // HearRetry hears a HelloRetryRequest; false when something else came.
  bool HearRetry();
  // HearFlight hears all up to the server's Finished. From there on the server sends under its
  // application keys, and so does this client from StartApplicationKeys on.
  void HearFlight();
  void StartApplicationKeys() { sending_ = application_; }

 private:
  TrafficKeys application_;
};

}  // namespace pinlatch::test
