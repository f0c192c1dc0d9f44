// See tls13_keys.h.
#include "tls/tls13_keys.h"

#include <doctest/doctest.h>
#include <mbedtls/md.h>
#include <psa/crypto.h>

#include <string>

#include "keys/library.h"

namespace pinlatch::test {
namespace {

constexpr size_t kHash = 32;
constexpr size_t kTag = 16;
constexpr size_t kRecordHead = 5;

Bytes Hash(const Bytes& bytes) {
  Bytes hash(kHash);
  size_t size = 0;
  REQUIRE(psa_hash_compute(PSA_ALG_SHA_256, bytes.data(), bytes.size(), hash.data(), hash.size(),
                           &size) == PSA_SUCCESS);
  return hash;
}

Bytes Hmac(const Bytes& key, const Bytes& bytes) {
  Bytes mac(kHash);
  const mbedtls_md_info_t* sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  REQUIRE(mbedtls_md_hmac(sha256, key.data(), key.size(), bytes.data(), bytes.size(), mac.data()) ==
          0);
  return mac;
}

// Extract and ExpandLabel are HKDF's (RFC 5869), for outputs of at most one hash.
Bytes Extract(const Bytes& salt, const Bytes& secret) { return Hmac(salt, secret); }

Bytes ExpandLabel(const Bytes& secret, std::string_view label, const Bytes& context, size_t size) {
  const std::string name = "tls13 " + std::string(label);
  Bytes output = Hmac(secret, Join({Number16(static_cast<uint16_t>(size)),
                                    Vector8({name.begin(), name.end()}),
                                    Vector8(context),
                                    {1}}));
  output.resize(size);
  return output;
}

psa_key_id_t ImportAesKey(const Bytes& key) {
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
  psa_set_key_algorithm(&attributes, PSA_ALG_GCM);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT);
  psa_key_id_t id = 0;
  REQUIRE(psa_import_key(&attributes, key.data(), key.size(), &id) == PSA_SUCCESS);
  return id;
}

}  // namespace

TrafficKeys::TrafficKeys(const Bytes& secret)
    : secret_(secret),
      key_(ExpandLabel(secret, "key", {}, 16)),
      iv_(ExpandLabel(secret, "iv", {}, 12)) {}

Bytes TrafficKeys::Nonce() {
  Bytes nonce = iv_;
  for (size_t i = 0; i < sizeof sequence_; ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<uint8_t>(sequence_ >> (8 * i));
  }
  ++sequence_;
  return nonce;
}

Bytes TrafficKeys::Seal(uint8_t inner, const Bytes& content) {
  const Bytes plain = Join({content, {inner}});
  const Bytes head =
      Join({{kApplicationData, 3, 3}, Number16(static_cast<uint16_t>(plain.size() + kTag))});
  const Bytes nonce = Nonce();
  const psa_key_id_t id = ImportAesKey(key_);
  Bytes sealed(plain.size() + kTag);
  size_t size = 0;
  CHECK(psa_aead_encrypt(id, PSA_ALG_GCM, nonce.data(), nonce.size(), head.data(), head.size(),
                         plain.data(), plain.size(), sealed.data(), sealed.size(),
                         &size) == PSA_SUCCESS);
  psa_destroy_key(id);
  return Join({head, sealed});
}

std::pair<uint8_t, Bytes> TrafficKeys::Open(const Bytes& record) {
  REQUIRE(record.size() > kRecordHead + kTag);
  const Bytes nonce = Nonce();
  const psa_key_id_t id = ImportAesKey(key_);
  Bytes plain(record.size() - kRecordHead - kTag);
  size_t size = 0;
  const psa_status_t opened = psa_aead_decrypt(
      id, PSA_ALG_GCM, nonce.data(), nonce.size(), record.data(), kRecordHead,
      record.data() + kRecordHead, record.size() - kRecordHead, plain.data(), plain.size(), &size);
  psa_destroy_key(id);
  REQUIRE(opened == PSA_SUCCESS);
  while (!plain.empty() && plain.back() == 0) plain.pop_back();
  REQUIRE_FALSE(plain.empty());
  const uint8_t inner = plain.back();
  plain.pop_back();
  return {inner, std::move(plain)};
}

Bytes TrafficKeys::FinishedOver(const Bytes& transcript_hash) const {
  return Hmac(ExpandLabel(secret_, "finished", {}, kHash), transcript_hash);
}

KeyShare::KeyShare() {
  REQUIRE(tls::InitialiseLibrary().ok());
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY));
  psa_set_key_bits(&attributes, 255);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDH);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DERIVE);
  REQUIRE(psa_generate_key(&attributes, &id_) == PSA_SUCCESS);
  public_key_.resize(32);
  size_t size = 0;
  REQUIRE(psa_export_public_key(id_, public_key_.data(), public_key_.size(), &size) == PSA_SUCCESS);
}

KeyShare::~KeyShare() { psa_destroy_key(id_); }

Bytes KeyShare::AgreeWith(const Bytes& other) const {
  Bytes shared(32);
  size_t size = 0;
  REQUIRE(psa_raw_key_agreement(PSA_ALG_ECDH, id_, other.data(), other.size(), shared.data(),
                                shared.size(), &size) == PSA_SUCCESS);
  return shared;
}

// The state in which no stage but the first has been: what a confused peer computes with.
KeySchedule::KeySchedule()
    : handshake_secret_(kHash, 0),
      master_secret_(
          Extract(ExpandLabel(handshake_secret_, "derived", Hash({}), kHash), Bytes(kHash, 0))) {}

void KeySchedule::Say(const Bytes& message) {
  transcript_.insert(transcript_.end(), message.begin(), message.end());
}

void KeySchedule::Retry() { transcript_ = Message(254, Hash(transcript_)); }

Bytes KeySchedule::TranscriptHash() const { return Hash(transcript_); }

void KeySchedule::UseSharedSecret(const Bytes& shared) {
  const Bytes zero(kHash, 0);
  const Bytes early = Extract(zero, zero);
  handshake_secret_ = Extract(ExpandLabel(early, "derived", Hash({}), kHash), shared);
  master_secret_ = Extract(ExpandLabel(handshake_secret_, "derived", Hash({}), kHash), zero);
}

TrafficKeys KeySchedule::HandshakeKeys(std::string_view label) const {
  return TrafficKeys(ExpandLabel(handshake_secret_, label, TranscriptHash(), kHash));
}

TrafficKeys KeySchedule::ApplicationKeys(std::string_view label) const {
  return TrafficKeys(ExpandLabel(master_secret_, label, TranscriptHash(), kHash));
}

}  // namespace pinlatch::test
