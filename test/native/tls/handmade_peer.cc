// See handmade_peer.h.
#include "tls/handmade_peer.h"

#include <doctest/doctest.h>
#include <mbedtls/rsa.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "keys/random.h"

namespace pinlatch::test {
namespace {

constexpr size_t kRecordHead = 5;
constexpr size_t kMessageHead = 4;
constexpr uint8_t kRetryRandom[] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

Bytes FreshRandom() {
  Bytes random(32);
  REQUIRE(tls::FillRandom(nullptr, random.data(), random.size()) == 0);
  return random;
}

// Sign follows RFC 8446 section 4.4.3.
Bytes Sign(const Identity& identity, const Signing& signing, std::string_view who,
           const Bytes& transcript_hash) {
  const std::string context = "TLS 1.3, " + std::string(who) + " CertificateVerify";
  const Bytes content =
      Join({Bytes(64, ' '), {context.begin(), context.end()}, {0}, transcript_hash});
  if (signing.make != nullptr) return (*signing.make)(content);
  Bytes hash(MBEDTLS_MD_MAX_SIZE);
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(signing.hash);
  REQUIRE(mbedtls_md(info, content.data(), content.size(), hash.data()) == 0);
  mbedtls_pk_context& key = identity.key->context();
  const auto type = signing.pss ? MBEDTLS_PK_RSASSA_PSS : mbedtls_pk_get_type(&key);
  Bytes signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
  size_t size = 0;
  const int failed =
      signing.pss
          ? mbedtls_pk_sign_ext(type, &key, signing.hash, hash.data(), mbedtls_md_get_size(info),
                                signature.data(), signature.size(), &size, tls::FillRandom, nullptr)
          : mbedtls_pk_sign(&key, signing.hash, hash.data(), mbedtls_md_get_size(info),
                            signature.data(), signature.size(), &size, tls::FillRandom, nullptr);
  REQUIRE(failed == 0);
  signature.resize(size);
  return signature;
}

// KeyOf is the public key of the first share of a key_share extension, as it is in a ServerHello;
// in a ClientHello that of X25519.
Bytes KeyOf(const Bytes& hello) {
  Bytes shares = ExtensionOf(hello, kKeyShare);
  if (hello[0] == kClientHello) shares.erase(shares.begin(), shares.begin() + 2);
  for (size_t at = 0; at + 4 <= shares.size();) {
    const size_t size = static_cast<size_t>(shares[at + 2] << 8 | shares[at + 3]);
    const auto key = shares.begin() + static_cast<std::ptrdiff_t>(at + 4);
    if ((shares[at] << 8 | shares[at + 1]) == kX25519) {
      return {key, key + static_cast<std::ptrdiff_t>(size)};
    }
    at += 4 + size;
  }
  return {};
}

}  // namespace

void HandmadePeer::Send(const Bytes& bytes) {
  out_.bytes.insert(out_.bytes.end(), bytes.begin(), bytes.end());
}

void HandmadePeer::SayInClear(const Bytes& message) {
  schedule_.Say(message);
  Send(Record(kHandshake, message));
}

void HandmadePeer::SayCut(const std::function<Bytes(const Bytes&)>& cut, const Bytes& message) {
  schedule_.Say(message);
  Send(cut(message));
}

void HandmadePeer::Say(const Bytes& message) {
  schedule_.Say(message);
  Send(sending_.Seal(kHandshake, message));
}

void HandmadePeer::SayCertificate(const Identity& identity) {
  const Bytes entry = Join({Vector24(identity.der), Vector16({})});
  Say(Message(kCertificate, Join({Vector8({}), Vector24(entry)})));
}

void HandmadePeer::SayCertificateVerify(const Identity& identity, const Signing& signing) {
  Bytes signature = Sign(identity, signing, name_, schedule_.TranscriptHash());
  if (signing.rewrite != nullptr) signature = (*signing.rewrite)(signature);
  Say(Message(kCertificateVerify, Join({Number16(signing.scheme), Vector16(signature)})));
}

void HandmadePeer::SayFinished() {
  Say(Message(kFinished, sending_.FinishedOver(schedule_.TranscriptHash())));
}

std::optional<Bytes> HandmadePeer::TakeRecord() {
  if (in_.bytes.size() < kRecordHead) return std::nullopt;
  const size_t size = kRecordHead + static_cast<size_t>(in_.bytes[3] << 8 | in_.bytes[4]);
  if (in_.bytes.size() < size) return std::nullopt;
  const auto end = in_.bytes.begin() + static_cast<std::ptrdiff_t>(size);
  Bytes record(in_.bytes.begin(), end);
  in_.bytes.erase(in_.bytes.begin(), end);
  return record;
}

std::optional<SentMessage> HandmadePeer::Hear() {
  const auto lacks = [this] {
    return unread_.size() < kMessageHead ||
           unread_.size() <
               kMessageHead + static_cast<size_t>(unread_[1] << 16 | unread_[2] << 8 | unread_[3]);
  };
  while (lacks()) {  // a message may come in several records
    const auto record = TakeRecord();
    if (!record) return std::nullopt;
    uint8_t type = record->front();
    Bytes content(record->begin() + kRecordHead, record->end());
    if (type == kChangeCipherSpec) continue;
    if (type == kApplicationData && receives_sealed_)
      std::tie(type, content) = receiving_.Open(*record);
    if (type == kAlert) return SentMessage{0, content, content.back()};
    if (type != kHandshake) return SentMessage{0, content, 0};
    unread_.insert(unread_.end(), content.begin(), content.end());
  }
  const size_t size =
      kMessageHead + static_cast<size_t>(unread_[1] << 16 | unread_[2] << 8 | unread_[3]);
  const auto end = unread_.begin() + static_cast<std::ptrdiff_t>(size);
  SentMessage message{unread_.front(), {unread_.begin(), end}, 0};
  unread_.erase(unread_.begin(), end);
  schedule_.Say(message.whole);
  return message;
}

int HandmadePeer::HearAlert() {
  while (const auto message = Hear()) {
    if (message->type == 0) return message->alert;
  }
  return -1;
}

void HandmadeServer::HearClientHello() {
  const auto hello = Hear();
  REQUIRE(hello.has_value());
  REQUIRE(hello->type == kClientHello);
  client_hello_ = hello->whole;
}

Bytes HandmadeServer::ServerHello(const ServerHelloSpec& spec) const {
  Bytes extensions = spec.more_extensions;
  if (spec.selected_version) {
    extensions =
        Join({extensions, HelloExtension(kSupportedVersions, Number16(*spec.selected_version))});
  }
  if (spec.group) {
    const Bytes key = spec.key.value_or(share_.public_key());
    extensions =
        Join({extensions, HelloExtension(kKeyShare, Join({Number16(*spec.group), Vector16(key)}))});
  }
  return Message(kServerHello, Join({Number16(spec.legacy_version),
                                     spec.random.value_or(FreshRandom()),
                                     Vector8(spec.session_id.value_or(SessionIdOf(client_hello_))),
                                     Number16(spec.suite),
                                     {0},
                                     Vector16(extensions)}));
}

void HandmadeServer::SayRetry(std::optional<uint16_t> group, const Bytes& more_extensions) {
  ServerHelloSpec spec;
  spec.random = Bytes(std::begin(kRetryRandom), std::end(kRetryRandom));
  spec.group = std::nullopt;
  if (group) spec.more_extensions = HelloExtension(kKeyShare, Number16(*group));
  spec.more_extensions = Join({spec.more_extensions, more_extensions});
  schedule_.Retry();
  SayServerHello(spec);
}

void HandmadeServer::SayServerHello(const ServerHelloSpec& spec) { SayInClear(ServerHello(spec)); }

void HandmadeServer::StartHandshakeKeys() {
  schedule_.UseSharedSecret(share_.AgreeWith(KeyOf(client_hello_)));
  sending_ = schedule_.HandshakeKeys("s hs traffic");
  receiving_ = schedule_.HandshakeKeys("c hs traffic");
  receives_sealed_ = true;
}

void HandmadeServer::StartApplicationKeys() {
  sending_ = schedule_.ApplicationKeys("s ap traffic");
}

void HandmadeServer::SayAll(const Identity& identity, const Signing& signing) {
  SayServerHello();
  StartHandshakeKeys();
  Say(Message(kEncryptedExtensions, Vector16({})));
  SayCertificate(identity);
  SayCertificateVerify(identity, signing);
  SayFinished();
}

Bytes HandmadeClient::ClientHello(const ClientHelloSpec& spec) const {
  const Bytes name(spec.server_name.begin(), spec.server_name.end());
  const Bytes share = Join(
      {Number16(spec.share), Vector16(spec.share == kX25519 ? share_.public_key() : Bytes(65, 4))});
  const Bytes names = spec.server_names.value_or(Vector16(Join({{0}, Vector16(name)})));
  const auto extension = [&](uint16_t type, const Bytes& usual) {
    const bool is_other = spec.instead && spec.instead->first == type;
    return HelloExtension(type, is_other ? spec.instead->second : usual);
  };
  Bytes extensions =
      Join({spec.more_extensions, extension(kServerName, names),
            extension(kSupportedGroups, Vector16(spec.groups)),
            extension(kSignatureAlgorithms,
                      Vector16({0x04, 0x03, 0x05, 0x03, 0x06, 0x03, 0x08, 0x04, 0x04, 0x01})),
            extension(kKeyShare, Vector16(share))});
  if (!spec.versions.empty()) {
    extensions = Join({extensions, extension(kSupportedVersions, Vector8(spec.versions))});
  }
  return Message(kClientHello,
                 Join({Number16(spec.legacy_version), Bytes(32, 0x5A), Vector8(Bytes(32, 0xA5)),
                       Vector16(spec.suites), Vector8(spec.compressions), Vector16(extensions)}));
}

bool HandmadeClient::HearServerHello() {
  const auto hello = Hear();
  if (!hello || hello->type != kServerHello) return false;
  schedule_.UseSharedSecret(share_.AgreeWith(KeyOf(hello->whole)));
  sending_ = schedule_.HandshakeKeys("c hs traffic");
  receiving_ = schedule_.HandshakeKeys("s hs traffic");
  receives_sealed_ = true;
  return true;
}

bool HandmadeClient::HearRetry() {
  schedule_.Retry();
  const auto hello = Hear();
  return hello && hello->type == kServerHello &&
         std::equal(std::begin(kRetryRandom), std::end(kRetryRandom),
                    hello->whole.begin() + kMessageHead + 2);
}

void HandmadeClient::HearFlight() {
  while (true) {
    const auto message = Hear();
    REQUIRE(message.has_value());
    REQUIRE(message->type != 0);
    if (message->type == kFinished) break;
  }
  receiving_ = schedule_.ApplicationKeys("s ap traffic");
  application_ = schedule_.ApplicationKeys("c ap traffic");
}

}  // namespace pinlatch::test
