// See known_answers.h. Numbers are written as hex texts, as the standards print them.
#include "crypto/known_answers.h"

#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "crypto/host.h"

namespace pinlatch::crypto {
namespace {

using Bytes = std::vector<uint8_t>;

Error Wrong(std::string_view what) {
  return Error(ErrorCode::kInternal,
               host.version + " does not compute " + std::string(what) + " correctly");
}

Bytes FromHex(std::string_view hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    bytes.push_back(static_cast<uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return bytes;
}

// -- authenticated encryption: test cases 4 and 16 of the GCM specification (McGrew and Viega), and
// the same text under ChaCha20-Poly1305 (RFC 8439).

constexpr std::string_view kKey =
    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr std::string_view kNonce = "cafebabefacedbaddecaf888";
constexpr std::string_view kExtra = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr std::string_view kPlain =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b5"
    "25b16aedf5aa0de657ba637b39";

struct AeadCase {
  std::string_view name;
  mbedtls_cipher_type_t type;
  size_t key_size;
  std::string_view sealed;
};

constexpr AeadCase kAeadCases[] = {
    {"AES-128-GCM", MBEDTLS_CIPHER_AES_128_GCM, 16,
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84"
     "aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"},
    {"AES-256-GCM", MBEDTLS_CIPHER_AES_256_GCM, 32,
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
     "8838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
    {"ChaCha20-Poly1305", MBEDTLS_CIPHER_CHACHA20_POLY1305, 32,
     "6834e787fe25a598328b7ac40c469ea40659e712826ba404c453a1559c1eedae8468004da4b2616a9198e9a6f91b"
     "7bea87ce25ff0d9b4bafa2de6df7bdb102e78896bad3810acd501d8ccf1e"},
};

bool SealsAndOpens(const AeadCase& test) {
  const Bytes key = FromHex(kKey);
  const Bytes nonce = FromHex(kNonce);
  const Bytes extra = FromHex(kExtra);
  const Bytes plain = FromHex(kPlain);
  Bytes sealed(plain.size() + 16);
  Bytes opened(plain.size());
  void* seal = NewAead(test.type, key.data(), test.key_size, 1);
  void* open = NewAead(test.type, key.data(), test.key_size, 0);
  // Twice with one state: a connection goes on with it.
  bool right = seal != nullptr && open != nullptr;
  for (int time = 0; right && time < 2; ++time) {
    right = SealAead(seal, nonce.data(), nonce.size(), extra.data(), extra.size(), plain.data(),
                     plain.size(), sealed.data()) == 0 &&
            sealed == FromHex(test.sealed) &&
            OpenAead(open, nonce.data(), nonce.size(), extra.data(), extra.size(), sealed.data(),
                     plain.size(), opened.data()) == 0 &&
            opened == plain;
  }
  sealed.back() ^= 1;
  right =
      right && OpenAead(open, nonce.data(), nonce.size(), extra.data(), extra.size(), sealed.data(),
                        plain.size(), opened.data()) == MBEDTLS_ERR_CIPHER_AUTH_FAILED;
  if (seal != nullptr) FreeAead(seal);
  if (open != nullptr) FreeAead(open);
  return right;
}

// -- hashes: the one-block message "abc" of FIPS 180-4, padded, from the initial values.

template <size_t BlockSize, typename Word, size_t Words>
bool HashesAbc(void (*hash)(Word*, const uint8_t*, size_t), const Word (&initial)[Words],
               const Word (&expected)[Words]) {
  std::vector<uint8_t> block(BlockSize, 0);
  block[0] = 'a';
  block[1] = 'b';
  block[2] = 'c';
  block[3] = 0x80;
  block.back() = 24;  // bits
  Word chain[Words];
  std::copy(initial, initial + Words, chain);
  hash(chain, block.data(), 1);
  return std::equal(chain, chain + Words, expected);
}

bool HashesSha1() {
  constexpr uint32_t kInitial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  constexpr uint32_t kExpected[5] = {0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d};
  return HashesAbc<64>(HashSha1Blocks, kInitial, kExpected);
}

bool HashesSha256() {
  constexpr uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  constexpr uint32_t kExpected[8] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                     0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
  return HashesAbc<64>(HashSha256Blocks, kInitial, kExpected);
}

bool HashesSha512() {
  constexpr uint64_t kInitial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                    0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                    0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  constexpr uint64_t kExpected[8] = {0xddaf35a193617aba, 0xcc417349ae204131, 0x12e6fa4e89a97ea2,
                                     0x0a9eeee64b55d39a, 0x2192992a274fc1a8, 0x36ba3c23a3feebbd,
                                     0x454d4423643ce80e, 0x2a9ac94fa54ca49f};
  return HashesAbc<128>(HashSha512Blocks, kInitial, kExpected);
}

// -- curves. Weierstrass: the key pairs and signatures over "sample" of RFC 6979 sections A.2.5 and
// A.2.6, and the private key times its own public point.

struct CurveCase {
  std::string_view name;
  mbedtls_ecp_group_id id;
  std::string_view secret, x, y, product_x, hash, r, s;
};

constexpr CurveCase kCurveCases[] = {
    {"P-256", MBEDTLS_ECP_DP_SECP256R1,
     "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "2388ee990c93c4bb757203225b7786d69950d2f0de43cdf23dc71f5efaa169c8",
     "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"P-384", MBEDTLS_ECP_DP_SECP384R1,
     "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2"
     "edf5",
     "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480"
     "bc13",
     "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd253326"
     "4720",
     "905b8f97a03235c5cb1752a7984727c2e978287ee1afbaafa89e5ca1d4c601702c1c5f5ed8f12ec243da8281f129"
     "32a8",
     "9a9083505bc92276aec4be312696ef7bf3bf603f4bbd381196a029f340585312313bca4a9b5b890efee42c77b1ee"
     "25fe",
     "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fa"
     "be46",
     "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a3862"
     "8ac8"},
};

// Numbers of mbedTLS, freed at the end.
struct CurveNumbers {
  CurveNumbers() {
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_ecp_point_init(&result);
    mbedtls_mpi_init(&secret);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
  }
  ~CurveNumbers() {
    mbedtls_ecp_group_free(&group);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_point_free(&result);
    mbedtls_mpi_free(&secret);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
  }
  CurveNumbers(const CurveNumbers&) = delete;
  CurveNumbers& operator=(const CurveNumbers&) = delete;

  mbedtls_ecp_group group;
  mbedtls_ecp_point point, result;
  mbedtls_mpi secret, r, s;
};

bool Reads(mbedtls_mpi& into, std::string_view hex) {
  const Bytes bytes = FromHex(hex);
  return mbedtls_mpi_read_binary(&into, bytes.data(), bytes.size()) == 0;
}

bool Equals(const mbedtls_mpi& number, std::string_view hex) {
  const Bytes expected = FromHex(hex);
  Bytes bytes(expected.size());
  return mbedtls_mpi_write_binary(&number, bytes.data(), bytes.size()) == 0 && bytes == expected;
}

bool Multiplies(const CurveCase& test, CurveNumbers& n) {
  return MultiplyPoint(&n.group, &n.result, &n.secret, &n.group.G) == 0 &&
         Equals(n.result.X, test.x) && Equals(n.result.Y, test.y) &&
         MultiplyPoint(&n.group, &n.result, &n.secret, &n.point) == 0 &&
         Equals(n.result.X, test.product_x);
}

bool Verifies(const CurveCase& test, CurveNumbers& n) {
  Bytes hash = FromHex(test.hash);
  if (VerifyEcdsa(&n.group, hash.data(), hash.size(), &n.point, &n.r, &n.s) != 0) return false;
  hash.front() ^= 1;
  return VerifyEcdsa(&n.group, hash.data(), hash.size(), &n.point, &n.r, &n.s) ==
         MBEDTLS_ERR_ECP_VERIFY_FAILED;
}

Status CheckCurve(const CurveCase& test) {
  CurveNumbers n;
  const bool read = mbedtls_ecp_group_load(&n.group, test.id) == 0 &&
                    Reads(n.secret, test.secret) && Reads(n.point.X, test.x) &&
                    Reads(n.point.Y, test.y) && mbedtls_mpi_lset(&n.point.Z, 1) == 0 &&
                    Reads(n.r, test.r) && Reads(n.s, test.s);
  if (!read) return Error(ErrorCode::kInternal, "out of memory");
  if (!Multiplies(test, n)) return Wrong(std::string(test.name) + " multiplication");
  if (!Verifies(test, n)) return Wrong(std::string(test.name) + " ECDSA");
  return {};
}

// X25519: the secret 01 02 … 20 times the base point, and times that product.
bool MultipliesX25519() {
  CurveNumbers n;
  Bytes secret(32);
  for (size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<uint8_t>(i + 1);
  secret[0] &= 248;  // as RFC 7748 section 5 decodes it; mbedTLS keeps secrets in this form
  secret[31] = static_cast<uint8_t>((secret[31] & 127) | 64);
  Bytes out(32);
  const auto is = [&](std::string_view hex) {
    return mbedtls_mpi_write_binary_le(&n.result.X, out.data(), out.size()) == 0 &&
           out == FromHex(hex);
  };
  return mbedtls_ecp_group_load(&n.group, MBEDTLS_ECP_DP_CURVE25519) == 0 &&
         mbedtls_mpi_read_binary_le(&n.secret, secret.data(), secret.size()) == 0 &&
         MultiplyPoint(&n.group, &n.result, &n.secret, &n.group.G) == 0 &&
         is("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c") &&
         mbedtls_ecp_copy(&n.point, &n.result) == 0 &&
         MultiplyPoint(&n.group, &n.result, &n.secret, &n.point) == 0 &&
         is("e1da0d42bded3149e1e30e6f2ada146bdfdaedc38649bf46c431d50d05a89242");
}

// -- RSA: (N - 1) ^ E mod N is N - 1 for any odd E, and 2 ^ 3 is 8, for N = 2 ^ 2048 - 1.
bool RaisesToRsaExponent() {
  mbedtls_rsa_context key;
  mbedtls_rsa_init(&key);
  key.len = 256;
  const Bytes modulus(key.len, 0xff);
  Bytes base = modulus;
  base.back() = 0xfe;
  Bytes out(key.len);
  const bool right = mbedtls_mpi_read_binary(&key.N, modulus.data(), modulus.size()) == 0 &&
                     mbedtls_mpi_lset(&key.E, 65537) == 0 &&
                     RaiseToRsaExponent(&key, base.data(), out.data()) == 0 && out == base &&
                     RaiseToRsaExponent(&key, modulus.data(), out.data()) != 0 &&  // not below N
                     mbedtls_mpi_lset(&key.E, 3) == 0 &&
                     (std::fill(base.begin(), base.end(), uint8_t{0}), base.back() = 2,
                      RaiseToRsaExponent(&key, base.data(), out.data()) == 0) &&
                     out.back() == 8 &&
                     std::all_of(out.begin(), out.end() - 1, [](uint8_t b) { return b == 0; });
  mbedtls_rsa_free(&key);
  return right;
}

// -- Ed25519: the private key 01 02 … 20. The same signature with the order added to S is none (RFC
// 8032 section 5.1.7), nor is it one of another message.
bool VerifiesEd25519() {
  const Bytes key = FromHex("79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664");
  const std::string_view text = "an Ed25519 signature of the known answers";
  Bytes message(text.begin(), text.end());
  const Bytes signature = FromHex(
      "da504ec1960b735a41f2fdd6b6ad2d89f4ac97c7f805a09747f5574c4de313dd"
      "86894d886c5fe56841a3b020ff3183345c2e23e84aee923411a05309187d5307");
  const Bytes second_form = FromHex(
      "da504ec1960b735a41f2fdd6b6ad2d89f4ac97c7f805a09747f5574c4de313dd"
      "735d43e586c2f7c01740a8c3dd2b62495c2e23e84aee923411a05309187d5317");
  const bool right = VerifyEd25519ByHost(key, message, signature) &&
                     !VerifyEd25519ByHost(key, message, second_form);
  message.front() ^= 1;
  return right && !VerifyEd25519ByHost(key, message, signature);
}

}  // namespace

Status CheckKnownAnswers() {
  for (const AeadCase& test : kAeadCases) {
    if (!SealsAndOpens(test)) return Wrong(test.name);
  }
  if (!HashesSha1()) return Wrong("SHA-1");
  if (!HashesSha256()) return Wrong("SHA-256");
  if (!HashesSha512()) return Wrong("SHA-512");
  for (const CurveCase& test : kCurveCases) PINLATCH_TRY(CheckCurve(test));
  if (!MultipliesX25519()) return Wrong("X25519");
  if (!VerifiesEd25519()) return Wrong("Ed25519");
  if (!RaisesToRsaExponent()) return Wrong("the RSA public operation");
  return {};
}

}  // namespace pinlatch::crypto
