// Owns the key schedule and record protection of TLS 1.3 with TLS_AES_128_GCM_SHA256 and X25519
// (RFC 8446 sections 5.2 and 7), for peers that tests write by hand. On PSA, not on the code that
// it helps to test.
#pragma once

#include <string_view>
#include <utility>

#include "tls/tls_bytes.h"

namespace pinlatch::test {

// TrafficKeys protects the records of one direction.
class TrafficKeys {
 public:
  TrafficKeys() = default;
  explicit TrafficKeys(const Bytes& secret);

  // Seal returns a record with `content` of the type `inner`.
  Bytes Seal(uint8_t inner, const Bytes& content);
  // Open returns type and content of a protected record. Fails the test when it cannot.
  std::pair<uint8_t, Bytes> Open(const Bytes& record);
  // finished_key is what a Finished under these keys is made with (section 4.4.4).
  Bytes FinishedOver(const Bytes& transcript_hash) const;

 private:
  Bytes Nonce();

  Bytes secret_;
  Bytes key_;
  Bytes iv_;
  uint64_t sequence_ = 0;
};

// KeyShare is an ephemeral X25519 key.
class KeyShare {
 public:
  KeyShare();
  ~KeyShare();
  KeyShare(const KeyShare&) = delete;
  KeyShare& operator=(const KeyShare&) = delete;
  const Bytes& public_key() const { return public_key_; }
  Bytes AgreeWith(const Bytes& other) const;

 private:
  uint32_t id_ = 0;
  Bytes public_key_;
};

// KeySchedule follows a handshake: what was said, and what keys come of it. Secrets are those of a
// handshake without a key exchange (all zero) until UseSharedSecret.
class KeySchedule {
 public:
  KeySchedule();
  void Say(const Bytes& message);
  // Retry puts the hash of the first ClientHello in its place (section 4.4.1).
  void Retry();
  Bytes TranscriptHash() const;
  void UseSharedSecret(const Bytes& shared);
  // The keys that go with the transcript as it is now; `label` is "c hs traffic" and the like.
  TrafficKeys HandshakeKeys(std::string_view label) const;
  TrafficKeys ApplicationKeys(std::string_view label) const;

 private:
  Bytes transcript_;
  Bytes handshake_secret_;
  Bytes master_secret_;
};

}  // namespace pinlatch::test
