// Owns the finding of libcrypto in the running process: Node carries one and exports its public
// functions to addons. Nothing is linked; every function is looked up once, at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace pinlatch::crypto {

// libcrypto's types, seen from outside.
struct Cipher;
struct CipherContext;
struct Number;
struct NumberContext;
struct Group;
struct Point;
struct EcKey;
struct Signature;
struct Key;
struct KeyContext;
struct MessageDigest;
struct DigestContext;

// Sha1State, Sha256State and Sha512State are SHA_CTX, SHA256_CTX and SHA512_CTX, whose layout
// OpenSSL publishes.
struct Sha1State {
  uint32_t chain[5];
  uint32_t bits_low, bits_high;
  uint32_t data[16];
  unsigned int pending;
};
struct Sha256State {
  uint32_t chain[8];
  uint32_t bits_low, bits_high;
  uint32_t data[16];
  unsigned int pending, digest_size;
};
struct Sha512State {
  uint64_t chain[8];
  uint64_t bits_low, bits_high;
  uint64_t data[16];
  unsigned int pending, digest_size;
};

// Parameter is OSSL_PARAM, published likewise.
struct Parameter {
  const char* key;
  unsigned int type;
  void* data;
  size_t size;
  size_t returned;
};

// HostLibrary is the table of functions.
struct HostLibrary {
#define PINLATCH_HOST_FUNCTION(result, name, parameters) result(*name) parameters = nullptr;
#include "crypto/host_functions.def"
#undef PINLATCH_HOST_FUNCTION
  std::string version;  // "OpenSSL 3.0.19"
};

// FindHostLibrary looks every function up. The error's detail says in words what is missing: no
// libcrypto, one of another kind or version, or a single function.
Result<HostLibrary> FindHostLibrary();

}  // namespace pinlatch::crypto
