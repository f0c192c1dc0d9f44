// Owns the bytes of TLS as a test writes them by hand: numbers, vectors, extensions, messages and
// records (RFC 8446 sections 3, 4 and 5). Pure; checks nothing, because tests write what is wrong.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::test {

using Bytes = std::vector<uint8_t>;

enum : uint8_t { kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22, kApplicationData = 23 };
enum : uint8_t {
  kClientHello = 1,
  kServerHello = 2,
  kEncryptedExtensions = 8,
  kCertificate = 11,
  kCertificateRequest = 13,
  kCertificateVerify = 15,
  kFinished = 20,
};
enum : uint16_t {
  kServerName = 0,
  kSupportedGroups = 10,
  kSignatureAlgorithms = 13,
  kCookie = 44,
  kSupportedVersions = 43,
  kKeyShare = 51,
};
inline constexpr uint16_t kX25519 = 0x001d;
inline constexpr uint16_t kSecp256r1 = 0x0017;
inline constexpr uint16_t kAes128GcmSha256 = 0x1301;
inline constexpr uint16_t kAes256GcmSha384 = 0x1302;

Bytes Join(std::initializer_list<Bytes> parts);
Bytes Number16(uint16_t number);
// Vector8, Vector16 and Vector24 put the length of `content` in front, in so many bits.
Bytes Vector8(const Bytes& content);
Bytes Vector16(const Bytes& content);
Bytes Vector24(const Bytes& content);
Bytes HelloExtension(uint16_t type, const Bytes& content);
Bytes Message(uint8_t type, const Bytes& body);
Bytes Record(uint8_t type, const Bytes& content);

// ExtensionOf returns the content of an extension of a ClientHello or ServerHello (the whole
// message), empty when it has none.
Bytes ExtensionOf(const Bytes& hello, uint16_t type);
// SessionIdOf returns the legacy_session_id of a ClientHello.
Bytes SessionIdOf(const Bytes& hello);

}  // namespace pinlatch::test
