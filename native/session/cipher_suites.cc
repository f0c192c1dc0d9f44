// Owns the choice of cipher suites, their order and their names.
#include "session/cipher_suites.h"

#include <mbedtls/ssl_ciphersuites.h>

#include <array>

#if defined(__linux__) && (defined(__aarch64__) || defined(__arm__))
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace pinlatch::tls {
namespace {

struct Suite {
  int id;
  std::string_view name;
};

constexpr std::array kSuites = {
    Suite{MBEDTLS_TLS1_3_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256"},
    Suite{MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256"},
    Suite{MBEDTLS_TLS1_3_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384"},
    Suite{MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    Suite{MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    Suite{MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    Suite{MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    Suite{MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    Suite{MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
};

bool HasAesInstructions() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__)
  return (getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#else
  // A 32-bit build of mbedTLS does not use AES instructions, also where the processor has them.
  return false;
#endif
}

using SuiteList = std::array<int, kSuites.size() + 1>;  // the last stays 0

SuiteList OrderForThisProcessor() {
  SuiteList list{};
  const bool chacha_first = !HasAesInstructions();
  size_t next = 0;
  const auto take = [&](bool chacha) {
    for (const Suite& suite : kSuites) {
      if ((suite.name.find("CHACHA20") != std::string_view::npos) == chacha)
        list[next++] = suite.id;
    }
  };
  if (chacha_first) {
    take(true);
    take(false);
    return list;
  }
  for (const Suite& suite : kSuites) list[next++] = suite.id;
  return list;
}

}  // namespace

const int* CipherSuites() {
  static const SuiteList list = OrderForThisProcessor();
  return list.data();
}

std::string_view CipherSuiteName(int id) {
  for (const Suite& suite : kSuites) {
    if (suite.id == id) return suite.name;
  }
  return "";
}

}  // namespace pinlatch::tls
